import type { ResolveService } from '@skiff/api-server/aggregation';
import type { Clock } from '@skiff/platform';
import { goWords } from '@skiff/webhook-client';
import { ask } from '../ask';
import { connectionsOf, type ProxyClientIdentity } from '../connections';
import { pathOf, type RemoteService } from '../remote-service';
import { failedDiscovery, passed, type Availability } from './condition';

export interface ProbeParts {
  readonly resolveService: ResolveService;
  readonly identity: ProxyClientIdentity | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** How many endpoints may be asked, of which one has to answer. */
const attempts = 5;
/** Nobody reads what is answered. */
const mostBytes = 16 << 20;

/**
 * Asks a server for what it has to serve. That it is who it should be is not looked at: this is not said to anybody.
 * Once is enough where it answers; otherwise others behind its Service may.
 */
export async function probe(service: RemoteService, parts: ProbeParts): Promise<Availability> {
  const first = await attempt(service, parts);
  if (first === undefined) return passed;
  const others = await Promise.all(Array.from({ length: attempts - 1 }, () => attempt(service, parts)));
  if (others.includes(undefined)) return passed;
  return failedDiscovery(others.at(-1) ?? first);
}

/** Why it failed; undefined when it did not. */
async function attempt(service: RemoteService, parts: ProbeParts): Promise<string | undefined> {
  const { resolveService, identity, clock, signal } = parts;
  const { fresh: agent } = connectionsOf({ ...service, insecure: true }, identity, clock);
  let url = '';
  let host = '';
  try {
    const endpoint = await resolveService(service);
    ({ host } = endpoint);
    const path = pathOf(service);
    url = `https://${host}${path}`;
    const { status } = await ask({ endpoint, agent, path, limit: mostBytes }, clock, signal);
    if (status >= 200 && status < 300) return undefined;
    return `failing or missing response from ${url}: bad status from ${url}: ${status}`;
  } catch (error) {
    if (!url) return error instanceof Error ? error.message : String(error);
    return `failing or missing response from ${url}: Get ${JSON.stringify(url)}: ${goWords(error, host)}`;
  }
}
