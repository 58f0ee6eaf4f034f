# What is said when something can't be done: why, and what to do next.
refused-not-staff = Only the group's administrators and registered teachers can do this. If you need it, please ask the class teacher.
refused-button-of-another = Only the person this button was sent to can use it.
refused-button-expired = This button is too old. Please use my newest message.
refused-button-unknown = This button no longer works. Please use my newest message.
refused-lesson-gone = This lesson is no longer in the course. Have a look at the newest one.
