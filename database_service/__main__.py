import sys

from api.shared import logs
from database_service.cli import main

logs.configure(json_lines=False)
sys.exit(main())
