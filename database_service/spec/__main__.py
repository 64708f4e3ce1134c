import sys

from database_service.spec.document import generate

sys.stdout.buffer.write(generate())
