"""Managers' calendars elsewhere: when they are busy, and the events of booked meetings.

event.py     a meeting as an iCalendar event, for calendars and for mail
caldav.py    a calendar on a CalDAV server: busy, put, move, delete
book.py      which manager has which calendar, by which account
watch.py     keeps what is known of busy times fresh; asks once more before a client is offered a time
deliverer.py puts booked meetings into their managers' calendars, exactly once
"""
