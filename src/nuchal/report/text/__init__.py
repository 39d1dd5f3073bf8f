"""What people read: findings, statuses and names in words, from one table for each language."""

from nuchal.report.text.speak import LANGUAGES as LANGUAGES
from nuchal.report.text.speak import Language as Language
from nuchal.report.text.speak import listed as listed
from nuchal.report.text.speak import muscle_name as muscle_name
from nuchal.report.text.speak import percent as percent
from nuchal.report.text.speak import references as references
from nuchal.report.text.speak import say as say
from nuchal.report.text.speak import sentence as sentence
from nuchal.report.text.speak import status_meaning as status_meaning
