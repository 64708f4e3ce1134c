// The texts of the pages that protect accounts: security and people.
import './doors.js';
import security from '../messages/security.en.json' with { type: 'json' };
import { addMessages } from './messages.js';

addMessages(security);
