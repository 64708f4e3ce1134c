// What the pages in front of an account share: their texts, and the token of a link that came by mail.
import doors from '../messages/doors.en.json' with { type: 'json' };
import { addMessages } from './messages.js';

addMessages(doors);

/** The token stands in the fragment, so that it reaches no server log and no Referer header. */
export const mailToken = () => new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
