/** What is sent besides the address. `text` is a body as it stands, `body` one to be made JSON. */
export type Sent = {
  token?: string | undefined;
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
};

// The schemas of answers are the API's own tests' to hold; here any of them will do.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answered = { status: number; headers: Headers; body: any };

export type Request = (method: string, path: string, sent?: Sent) => Promise<Answered>;

export const applications = '/api/v1/applications';

/** Sends requests to a server, in English unless told otherwise; JSON in answers is read. */
export function requestsTo(url: string): Request {
  return async (method, path, { token, body, text, headers } = {}) => {
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'Accept-Language': 'en',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const answer = await response.text();
    const isJson = answer !== '' && response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(answer) : answer,
    };
  };
}

/** The header for a read that is to hold what a write recorded. */
export function notBefore(written: Headers): Record<string, string> {
  return { 'X-At-Least-Position': written.get('x-position') ?? '' };
}

/** Every item of a list that comes in pages. @throws Error with the problem, if it is refused */
export async function allItems<Item>(send: Request, path: string, token: string): Promise<Item[]> {
  const items: Item[] = [];
  let next: string | undefined;
  do {
    const after = next === undefined ? '' : `&after=${encodeURIComponent(next)}`;
    const { status, body } = await send('GET', `${path}?limit=200${after}`, { token });
    if (status !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`);
    items.push(...(body.items as Item[]));
    ({ next } = body);
  } while (next !== undefined);
  return items;
}
