import type { Attributes, Authorizer, Decision } from './attributes';

/** That somebody did, or was not allowed to do, something: not when and to what, but by what right. */
export interface RightUse {
  readonly user: string;
  /** Who allowed it, such as `RBAC`; empty when nobody did. */
  readonly authorizer: string;
  /** Which grant the authorizer names as its reason, or why nobody allowed it; may be empty. */
  readonly reason: string;
  readonly verb: string;
  /** Those of a request about resources. */
  readonly apiGroup?: string;
  readonly resource?: string;
  readonly subresource?: string;
  /** That of any other request. */
  readonly path?: string;
  readonly count: number;
}

/** What a record is like when it is kept outside of the process. */
export interface RightsRecord {
  readonly uses: readonly RightUse[];
  /** Decisions that there was no room for. */
  readonly dropped: number;
}

/** So many different uses are kept; upwards of that, new ones are only counted. */
const maxUses = 10_000;

/** Remembers which rights were used, and which were missing, by whom and how often. Bounded. */
export class AuthorizationRecord {
  private readonly uses = new Map<string, RightUse>();
  private dropped: number;

  /** Goes on from an earlier record, if there is one. */
  constructor(
    earlier: RightsRecord = { uses: [], dropped: 0 },
    private readonly limit = maxUses,
  ) {
    this.dropped = earlier.dropped;
    for (const use of earlier.uses) this.add(use);
  }

  /** The same authorizer, whose permissions are remembered under its name. */
  granting(name: string, authorizer: Authorizer): Authorizer {
    return this.observed(authorizer, (attributes, decision) => {
      if (decision.allowed) this.note(attributes, name, decision);
    });
  }

  /** The same authorizer, whose refusals are remembered. */
  refusing(authorizer: Authorizer): Authorizer {
    return this.observed(authorizer, (attributes, decision) => {
      if (!decision.allowed) this.note(attributes, '', decision);
    });
  }

  /** Sorted by user and by what was done. */
  toJSON(): RightsRecord {
    const uses = [...this.uses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
    return { uses, dropped: this.dropped };
  }

  private observed(authorizer: Authorizer, note: (attributes: Attributes, decision: Decision) => void): Authorizer {
    return {
      authorize(attributes) {
        const decision = authorizer.authorize(attributes);
        note(attributes, decision);
        return decision;
      },
    };
  }

  private note(attributes: Attributes, authorizer: string, { reason }: Decision): void {
    const what = attributes.resourceRequest
      ? { apiGroup: attributes.apiGroup, resource: attributes.resource, subresource: attributes.subresource }
      : { path: attributes.path };
    this.add({ user: attributes.user.name, authorizer, reason, verb: attributes.verb, ...what, count: 1 });
  }

  private add(use: RightUse): void {
    const { user, authorizer, reason, verb, apiGroup = '', resource = '', subresource = '', path = '' } = use;
    const key = [user, apiGroup, resource, subresource, path, verb, authorizer, reason].join('\n');
    const known = this.uses.get(key);
    if (known || this.uses.size < this.limit) this.uses.set(key, { ...use, count: (known?.count ?? 0) + use.count });
    else this.dropped += use.count;
  }
}
