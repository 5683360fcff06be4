import type { Writer } from '@skiff/client';
import { StatusError } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import { DelegatedAuthenticator, type CallUser, type Credentials } from './authenticator';
import { DelegatedAuthorizer, type AccessAttributes } from './authorizer';

/**
 * Who may make a call: anybody, also without saying who they are; whoever the cluster knows, where the handler asks
 * further; or who may do one of these.
 */
export type Access = 'anybody' | 'known' | readonly AccessAttributes[];

/** How long answers of the API server hold, in milliseconds. */
export interface GuardTimes {
  readonly tokens: number;
  readonly allowed: number;
  readonly denied: number;
}

/** Those of upstream's kubelet. */
export const kubeletGuardTimes: GuardTimes = { tokens: 120_000, allowed: 300_000, denied: 30_000 };
/** Those of upstream's scheduler and controller manager. */
export const componentGuardTimes: GuardTimes = { tokens: 10_000, allowed: 10_000, denied: 10_000 };

export interface GuardOptions {
  readonly client: Pick<Writer, 'create'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly times: GuardTimes;
  /** Members of these groups may do everything, without the API server being asked; none by default. */
  readonly trustedGroups?: readonly string[];
}

/** Stands at the door of a service: finds out who calls, and asks the API server whether they may. */
export class Guard {
  private readonly authenticator: DelegatedAuthenticator;
  private readonly authorizer: DelegatedAuthorizer;
  private readonly trusted: readonly string[];

  constructor({ client, clock, times, trustedGroups = [] }: GuardOptions) {
    this.authenticator = new DelegatedAuthenticator({ client, clock, cacheMilliseconds: times.tokens });
    this.authorizer = new DelegatedAuthorizer({
      client,
      clock,
      allowedMilliseconds: times.allowed,
      deniedMilliseconds: times.denied,
    });
    this.trusted = trustedGroups;
  }

  /** Throws Unauthorized, Forbidden, or InternalError when the API server cannot be asked. */
  async admit(credentials: Credentials, access: Access): Promise<void> {
    if (access === 'anybody') return;
    const user = await this.user(credentials);
    if (access === 'known') return;
    if (await this.allows(user, access)) return;
    throw forbidden(user, access);
  }

  /** Who shows these. Throws Unauthorized. */
  user(credentials: Credentials): Promise<CallUser> {
    return this.authenticator.authenticate(credentials);
  }

  /** Whether a user may do one of these. Throws InternalError when the API server cannot be asked. */
  async allows(user: CallUser, alternatives: readonly AccessAttributes[]): Promise<boolean> {
    if (user.groups.some((group) => this.trusted.includes(group))) return true;
    for (const attributes of alternatives) {
      try {
        if (await this.authorizer.allows(user, attributes)) return true;
      } catch (error) {
        const words = `Authorization error (${describe(user, [attributes])})`;
        throw new StatusError(500, 'InternalError', words, undefined, { cause: error });
      }
    }
    return false;
  }
}

function forbidden(user: CallUser, alternatives: readonly AccessAttributes[]): StatusError {
  return new StatusError(403, 'Forbidden', `Forbidden (${describe(user, alternatives)})`, {});
}

/** In the words of upstream's kubelet. */
function describe(user: CallUser, alternatives: readonly AccessAttributes[]): string {
  const [first] = alternatives;
  if (!first || !('resource' in first)) return `user=${user.name}, verb=${first?.verb}, path=${first?.path}`;
  const subresources = alternatives.map((one) => ('resource' in one ? (one.resource.subresource ?? '') : ''));
  const { verb, resource } = first.resource;
  return `user=${user.name}, verb=${verb}, resource=${resource}, subresource(s)=[${subresources.join(' ')}]`;
}
