/**
 * What the API (RFC 9457) or the connection said no with. `code` is stable: branch on it, never on texts.
 * Codes of our own: `unreachable` (no answer at all) and `unreadable` (an answer that is no JSON).
 */
export class Problem extends Error {
  /**
   * @param {number} status 0 when nothing answered
   * @param {{ code?: string, title?: string, detail?: string, request_id?: string, errors?: FieldError[] } & Record<string, unknown>} body
   * @typedef {{ pointer?: string, parameter?: string, code: string, detail: string }} FieldError
   */
  constructor(status, body) {
    super(body.detail || body.title || 'The request failed.');
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.title = body.title ?? '';
    this.requestId = body.request_id ?? '';
    this.errors = body.errors ?? [];
    this.body = body;
  }

  /**
   * The sentence about one field of the body that was sent.
   * @param {string} field
   */
  about(field) {
    return this.errors.find(({ pointer }) => pointer === `/${field}`)?.detail;
  }
}
