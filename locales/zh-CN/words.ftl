# 家长和老师看到的短词。
# 一份清单里的一行
list-line = · { $item }
list-first = { $item }
list-next = { $before }、{ $item }
