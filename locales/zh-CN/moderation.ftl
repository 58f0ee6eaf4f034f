# 消息被移除时，只说给本人听的话；以及申诉和撤销。
rule-r3 = 广告、引流
rule-r4 = 刷单、兼职
rule-r5 = 拉票、拼团
rule-r6 = 补习广告、卖账号
rule-r20 = 违法有害内容
rule-r21 = 拉人进别的群
rule-links = 群里不能发的链接
rule-other = 群规不允许的内容
act-deleted = 您在“{ $group }”发的消息已移除：里面提到了“{ $matched }”，属于“{ $rule }”。
act-no-penalty = 这次只是移除，没有别的处理。要是弄错了，请点“申诉”，管理员会再看。
act-warned = 这是第 { $n } 次提醒，满 { $of } 次会暂停发言 { $hours } 小时。要是弄错了，请点“申诉”，管理员会再看。
act-muted = 按群规，接下来 { $hours } 小时不能发言，到时自动恢复。要是弄错了，请点“申诉”，管理员会再看。
act-warned-last = 请不要再发这类内容。要是弄错了，请点“申诉”，管理员会再看。
act-appeal-button = 申诉
act-card = 有一条消息不符合群规，已移除。
act-card-button = 是我的吗？看看原因
act-not-yours = 移除的不是您的消息，请放心。
act-why-deleted = 您的消息提到了“{ $matched }”，属于“{ $rule }”，已移除。要是弄错了，请联系管理员。
act-why-warned = 您的消息提到了“{ $matched }”，属于“{ $rule }”，已移除并记一次提醒。要是弄错了，请联系管理员。
act-why-muted = 您的消息提到了“{ $matched }”，属于“{ $rule }”，已移除，并暂停发言 { $hours } 小时。要是弄错了，请联系管理员。
act-why-old = 您的消息属于“{ $rule }”，已移除。原文只保存 { $days } 天，现在已经查不到了。
act-appealed = 申诉记下了，管理员会再看一遍。着急的话，也可以直接联系管理员。
act-appealed-already = 您已经申诉过了，管理员会看的。着急的话，也可以直接联系管理员。
act-appeal-unheard = 这个群的管理员现在都收不到我的消息，请直接联系管理员。
act-appeal-to-staff = “{ $group }”里的{ $name }提出申诉：消息提到了“{ $matched }”，按“{ $rule }”移除了。请您看看，是误判就撤销，不是就维持处理。
act-appeal-to-staff-old = “{ $group }”里的{ $name }提出申诉：有一条消息按“{ $rule }”移除了。请您看看，是误判就撤销，不是就维持处理。
act-evidence = 原文（只给您看，保存 { $days } 天）：
act-evidence-gone = 原文只保存 { $days } 天，已经删掉了。
act-not-removed = 您在“{ $group }”的那条消息我没能移除，所以不计提醒。如果它不符合群规，请您自己撤回。
act-mute-refused-to-staff = “{ $group }”里的{ $name }按规则本该暂停发言，但服务器没有允许。请看看我有没有“限制成员”的权限。
act-mute-failed-to-staff = “{ $group }”里的{ $name }按规则本该暂停发言，可是没能办成。要是还接着发，请您在群里限制一下。
act-undo-button = 撤销处理
act-undone = 已撤销：这次提醒不再计数；如果禁言了，也已经解除。
act-undone-already = 这次处理已经撤销过了。
act-undone-author = 管理员看过了：您在“{ $group }”发的那条消息没有问题，处理已经撤销。给您添麻烦了，抱歉。
# 看过申诉，维持处理
act-leave-button = 维持处理
act-left-choose = 要维持处理的话，请选一句原因，我会转告发消息的人；不说也行。
act-left-why =
    { $why ->
        [rule] 群规不允许发这类内容
        [private] 这样的事更适合私下说
       *[doubtful] 真假难辨，怕大家吃亏
    }
act-left-without-why = 不说原因
act-left-author = 管理员又看了一遍您在“{ $group }”发的那条消息，这次还是按原来的处理。谢谢您提出来；还有想说的，可以直接找管理员。
act-left-author-why = 管理员又看了一遍您在“{ $group }”发的那条消息，这次还是按原来的处理：{ $why }。谢谢您提出来；还有想说的，可以直接找管理员。
act-left = 好的，维持处理，我会告诉发消息的人。
act-left-already = 这次申诉已经有管理员看过，维持处理。
act-left-before = 管理员已经看过您的申诉，还是按原来的处理。还有想说的，可以直接找管理员。
act-mute-refused-card = 请管理员看看我有没有“限制成员”的权限。
# 申诉没法单独给管理员看的时候
appeals-card = 有申诉等管理员看一看。
appeals-card-button = 查看申诉（管理员）
appeals-none = 现在没有等着处理的申诉。
appeals-private-first = 有申诉等您处理。请先打开和我的私聊，点“开始”，再回来点一次这个按钮。
appeals-sent = 已经发到您和我的私聊里了，共 { $count } 条。
