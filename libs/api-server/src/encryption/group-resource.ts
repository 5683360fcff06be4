/** A resource of whatever version; `*` stands for all. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** Reads `secrets`, `deployments.apps` and the forms with stars. */
export function parseGroupResource(text: string): GroupResource {
  const dot = text.indexOf('.');
  return dot < 0 ? { resource: text, group: '' } : { resource: text.slice(0, dot), group: text.slice(dot + 1) };
}

/** As the configuration file has it. */
export function formatGroupResource({ group, resource }: GroupResource): string {
  if (group === '' && resource === '*') return '*.';
  return group === '' ? resource : `${resource}.${group}`;
}

export const isSameResource = (one: GroupResource, other: GroupResource): boolean =>
  one.group === other.group && one.resource === other.resource;

export const everyResource: GroupResource = { group: '*', resource: '*' };
