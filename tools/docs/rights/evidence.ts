import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RightsRecord, RightUse } from '@skiff/api-server';
import { rightOfUse, type GrantedRight, type Right } from './rights';
import { serviceOf } from './services';

/** Rights by the name of the service, each written as "verb resource". */
export type Used = Readonly<Record<string, readonly string[]>>;

/** Why rights stay that the tests do not use, each written as "verb resource"; of one role, or whichever gives them. */
export interface Review {
  readonly service: string;
  readonly source?: string;
  readonly rights: readonly string[];
  readonly why: string;
}

export const written = ({ verb, resource }: Right): string => `${verb} ${resource}`;

export function read({ right }: { readonly right: string }): Right {
  const space = right.indexOf(' ');
  return { verb: right.slice(0, space), resource: right.slice(space + 1) };
}

/** What the API servers of the last run recorded. Throws when there was none. */
export function recordedUses(folder: string): RightUse[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  if (!files.length) throw new Error(`${folder} holds no record: run the whole-cluster tests first`);
  return files.flatMap((file) => {
    const { uses, dropped } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as RightsRecord;
    if (dropped) throw new Error(`${file} has had no room for ${dropped} decisions`);
    return uses;
  });
}

/** The rights that services used, sorted. */
export function usedRights(uses: readonly RightUse[]): Used {
  const used = new Map<string, Set<string>>();
  for (const use of uses) {
    const service = serviceOf(use.user)?.name;
    // What everybody may do whom the cluster knows is no right of a service.
    if (!service || !use.authorizer || use.reason.includes('"system:authenticated"')) continue;
    used.set(service, (used.get(service) ?? new Set<string>()).add(written(rightOfUse(use))));
  }
  return Object.fromEntries([...used].sort().map(([service, rights]) => [service, [...rights].sort()]));
}

/** What services were refused. */
export function refusals(uses: readonly RightUse[]): string[] {
  return uses.flatMap((use) => {
    const service = serviceOf(use.user)?.name;
    return service && !use.authorizer ? [`${service} (${use.user}): ${written(rightOfUse(use))}: ${use.reason}`] : [];
  });
}

/** The review of a right, if there is one. */
export function reviewOf(reviews: readonly Review[], service: string, right: GrantedRight): Review | undefined {
  return reviews.find(
    (review) =>
      review.service === service &&
      (review.source === undefined || review.source === right.source) &&
      review.rights.includes(written(right)),
  );
}
