// Verifies messages as receivers in JavaScript do: one line of JSON in, with a list of them; a list of verdicts out.
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const { Webhook } = createRequire(process.argv[2])('standardwebhooks');
const verdicts = JSON.parse(await text(process.stdin)).map(({ secret, body, headers }) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
});
console.log(JSON.stringify(verdicts));
