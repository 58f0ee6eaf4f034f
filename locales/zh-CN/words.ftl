# 家长和老师看到的短词。
language-name = 中文
# 一份清单里的一行
list-line = · { $item }
