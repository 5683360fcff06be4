import type { ServerResponse } from 'node:http';
import { sendText } from '../transports/rest/answers';

export interface HealthCheck {
  readonly name: string;
  /** Throws when it fails. */
  check(): Promise<void> | void;
}

const endpoints = ['healthz', 'livez', 'readyz'];

/** Answers /healthz, /livez and /readyz, their single checks and their verbose form, as upstream. */
export async function answerHealth(
  path: string,
  query: URLSearchParams,
  checks: readonly HealthCheck[],
  response: ServerResponse,
): Promise<boolean> {
  const [endpoint = '', one, ...more] = path.split('/').slice(1);
  if (!endpoints.includes(endpoint) || more.length) return false;
  if (one !== undefined && one !== '') {
    const found = checks.find((check) => check.name === one);
    if (!found) sendText(response, 404, '404 page not found\n');
    else await answerOne(found, response);
    return true;
  }
  const excluded = new Set(query.getAll('exclude'));
  const results = await Promise.all(
    checks.map(async (check) => ({
      name: check.name,
      excluded: excluded.has(check.name),
      failed: excluded.has(check.name) ? false : await fails(check),
    })),
  );
  const failed = results.some((result) => result.failed);
  const lines = results
    .map(({ name, failed: bad, excluded: left }) =>
      left ? `[+]${name} excluded: ok\n` : bad ? `[-]${name} failed: reason withheld\n` : `[+]${name} ok\n`,
    )
    .join('');
  if (failed) sendText(response, 500, `${lines}${endpoint} check failed\n`);
  else sendText(response, 200, query.has('verbose') ? `${lines}${endpoint} check passed\n` : 'ok');
  return true;
}

async function fails(check: HealthCheck): Promise<boolean> {
  try {
    await check.check();
    return false;
  } catch {
    // The answer says which check failed; why is not for everybody.
    return true;
  }
}

async function answerOne(check: HealthCheck, response: ServerResponse): Promise<void> {
  if (await fails(check)) sendText(response, 500, `internal server error: ${check.name} failed: reason withheld\n`);
  else sendText(response, 200, 'ok');
}
