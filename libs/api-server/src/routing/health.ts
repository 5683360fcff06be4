import { sendText } from '../transports/rest/answers';
import type { PathEntry, PathHandler } from './paths';

export interface HealthCheck {
  readonly name: string;
  /** Throws when it fails. */
  check(): Promise<void> | void;
}

const endpoints = ['healthz', 'livez', 'readyz'];

/**
 * /healthz, /livez and /readyz, and their single checks.
 * Upstream: staging/src/k8s.io/apiserver/pkg/server/healthz/healthz.go.
 */
export const healthPaths = (checks: readonly HealthCheck[]): PathEntry[] =>
  endpoints.flatMap((endpoint) => [
    { path: `/${endpoint}`, handler: answerAll(endpoint, checks) },
    ...checks.map((check) => ({ path: `/${endpoint}/${check.name}`, handler: answerOne(check) })),
  ]);

const answerAll =
  (endpoint: string, checks: readonly HealthCheck[]): PathHandler =>
  async ({ query, response }) => {
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
  };

const answerOne =
  (check: HealthCheck): PathHandler =>
  async ({ response }) => {
    if (await fails(check)) sendText(response, 500, `internal server error: ${check.name} failed: reason withheld\n`);
    else sendText(response, 200, 'ok');
  };

async function fails(check: HealthCheck): Promise<boolean> {
  try {
    await check.check();
    return false;
  } catch {
    // The answer says which check failed; why is not for everybody.
    return true;
  }
}
