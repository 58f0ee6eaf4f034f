# What the bot says when it comes into a group, is set up, and introduces itself.
greeting-body =
    Hello everyone, I'm { $school }'s bot for parents.
    I bring short lessons that take a few minutes, with a few questions after each; learning earns points. I also clear away advertisements.
    To see your points, write “points” in the group: only you will see the answer.
greeting-missing = An administrator still needs to give me these rights:
right-administrator = Make me an administrator (otherwise I don't receive the group's messages)
right-delete = Delete messages (to clear away advertisements)
right-restrict = Restrict members (for repeated advertising)
greeting-stage = Which stage are the children in? An administrator can press it, and only lessons that fit will come; without one, lessons of every stage do.
greeting-ask = An administrator of the group, please press “Set up” and I'll start.
greeting-active = All set up. Enjoy learning.
button-set-up = Set up
set-up-done = Done. Lessons will come to the group at their scheduled times.
set-up-done-rights-missing = Done. A few rights are still missing; my message in the group lists them. They take effect as soon as you give them.
set-up-already = This group is already set up.
help-private =
    Hello, I'm { $school }'s bot for parents.
    Lessons come to your parent group. Here you can:
    · write “points” to see your points and stars
    · write “points why” to see where each point came from
    · write “lessons” to catch up with lessons you missed
    · write “topics” to choose which announcements also come to you here
    · write “language” to choose another language
    For anything else please ask the class teacher; I don't pass messages on.
# Choosing a language. Each language's button is named in that language.
language-name = English
language-card = Please choose a language:
language-as-in-app = As in my app
language-chosen = All right, I'll write to you in English from now on.
language-follows = All right, I'll use the language of your app from now on.
group-language-card = Which language should lessons and messages in the group have? What a parent alone sees stays in that parent's language.
group-language-as-school = As the school has it
group-language-chosen = Done. Lessons and messages in the group will be in { $language } from now on.
# Choosing the stage
group-stage-card = Which stage are the children of this group in? Once you choose, only lessons of that stage come. Now: { $stage }.
group-stage-every = Every stage
group-stage-chosen = Done. From now on only lessons for “{ $stage }” come to this group. To change it, write /stage at any time.
group-stage-chosen-every = Done. From now on lessons of every stage come to this group.
group-stage-in-group = The stage is chosen for each group: write /stage in that group, and its administrators can choose.
