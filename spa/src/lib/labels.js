// What the pages of tags and of series share: their texts, and changes against the version that is shown.
import labels from '../messages/labels.en.json' with { type: 'json' };
import { addMessages } from './messages.js';

addMessages(labels);

/**
 * The parameters of a change of a tag or series as it is shown.
 * @param {{ slug?: string, version?: number }} shown
 */
export const against = ({ slug = '', version = 0 }) => ({ path: { slug }, header: { 'If-Match': `"${version}"` } });
