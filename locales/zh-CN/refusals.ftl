# 做不到的时候怎么说：说明原因，并告诉对方下一步怎么办。
refused-not-staff = 这一步只有群管理员和已登记的老师能做。需要帮忙的话，请找班主任。
refused-button-of-another = 这个按钮只有收到它的人能用。
refused-button-expired = 这个按钮过期了，请用我最新发的那条消息。
refused-button-unknown = 这个按钮已经不能用了，请用我最新发的那条消息。
refused-lesson-gone = 这一课已经从课程里撤下了，看看最新的一课吧。
