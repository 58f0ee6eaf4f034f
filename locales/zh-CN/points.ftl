points-card = 点一下,看看自己的积分。只有您自己看得到。
points-card-button = ⭐ 我的积分
