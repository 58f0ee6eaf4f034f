# 机器人进群、启用和自我介绍时说的话。
greeting-body =
    大家好，我是{ $school }的家长学堂助手。
    我会按时送上几分钟就能读完的小课，课后有几道小题，学了就有积分；也会帮忙清理广告。
    想查积分，在群里发“积分”就行，只有您自己看得到。
greeting-missing = 还需要管理员给我这些权限：
right-administrator = 设为管理员（这样我才收得到群里的消息）
right-delete = 删除消息（清理广告时用）
right-restrict = 限制成员发言（反复发广告时用）
greeting-stage = 孩子在哪个学段，请管理员点一下，我就只发适合的小课；不选，各学段的都发。
greeting-ask = 请群管理员点一下“启用”，我就开始工作。
greeting-active = 已经启用。祝大家学得轻松。
button-set-up = 启用
set-up-done = 启用好了，到了时间，小课就会发到群里。
set-up-done-rights-missing = 启用好了。权限还差几项，群里那条消息上写着，补上后会自动生效。
set-up-already = 这个群已经启用了。
help-private =
    您好，我是{ $school }的家长学堂助手。
    小课会发到您所在的家长群。在这里您可以：
    · 发“积分”，看自己的积分和星级
    · 发“积分明细”，看每一分是怎么来的
    · 发“课程”，补学错过的小课
    · 发“订阅”，选哪些通知也私聊发给您
    · 发“语言”，选择语言（write “language” for English）
    有别的事请找班主任，我不会转达消息。
# 选择语言。每种语言的按钮都用它自己的文字。
language-name = 中文
language-card = 请选择语言：
language-as-in-app = 跟随我的客户端
language-chosen = 好的，以后我用中文回您。
language-follows = 好的，以后跟您客户端的语言一致。
group-language-card = 群里的小课和消息用哪种语言？每位家长单独看到的内容，仍按各自的语言。
group-language-as-school = 跟学校的设置一致
group-language-chosen = 好了，以后群里的小课和消息都用{ $language }。
# 选择学段
group-stage-card = 这个群的孩子在哪个学段？选好以后，我只发这个学段的小课。现在是：{ $stage }。
group-stage-every = 各学段都发
group-stage-chosen = 好了，以后这个群只发“{ $stage }”的小课。想改，随时发 /stage。
group-stage-chosen-every = 好了，以后各学段的小课都会发到这个群。
group-stage-in-group = 学段是按群选的：请到要设置的群里发 /stage，群管理员就能选。
