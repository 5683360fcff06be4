import { reviewOf, read, type Review, type Used } from './evidence';
import { covers, rightsOf, type GrantedRight } from './rights';
import { services, type ServiceIdentity } from './services';

/** Rights that no test used and nobody has reviewed. */
export function unexplained(used: Used, reviews: readonly Review[]): string[] {
  return services.flatMap((service) =>
    rightsOf(service)
      .filter((right) => !isUsed(used, service, right) && !reviewOf(reviews, service.name, right))
      .map(({ verb, resource, source }) => `${service.name}: ${verb} ${resource} (${source})`),
  );
}

/** Reviews of rights that no service has any more. */
export function needless(reviews: readonly Review[]): string[] {
  return reviews.flatMap((review) => {
    const service = services.find(({ name }) => name === review.service);
    const rights = service ? rightsOf(service) : [];
    return review.rights
      .filter((right) => !rights.some((granted) => reviewOf([{ ...review, rights: [right] }], review.service, granted)))
      .map((right) => `${review.service}: ${right}`);
  });
}

function isUsed(used: Used, { name }: ServiceIdentity, granted: GrantedRight): boolean {
  return (used[name] ?? []).some((right) => covers(granted, read({ right })));
}

/** docs/reference/rights.md */
export function page(used: Used, reviews: readonly Review[]): string {
  return [heading(), ...services.map((service) => section(service, used, reviews))].join('\n\n');
}

const heading = (): string => `# Rights of services

This page is generated (\`npm run rights\`). For each service it says which identity it has, what it may do in the API and by which role, and which of these rights it used in the whole-cluster tests, whose API servers record them (\`--authorization-record-file\`). A right that no test used is listed with the reason for keeping it. \`npm test\` fails when a service is refused something, or when a right is neither used nor explained.

Beyond that, every authenticated user has the roles \`system:basic-user\`, \`system:discovery\` and \`system:public-info-viewer\`. The administrator of \`skiff up\` is \`kubernetes-admin\` in \`system:masters\`, who may do everything. The Node authorizer limits a kubelet to its own node and to what the pods on that node refer to; [the tests of its rules](../../libs/api-server/src/auth/authorization/node/node-authorizer.spec.ts) and [those of NodeRestriction](../../libs/admission-plugins/src/node-restriction/plugin.spec.ts) show how.`;

function section(service: ServiceIdentity, used: Used, reviews: readonly Review[]): string {
  const { name, user, groups, certificate } = service;
  const member = groups.length ? `, in ${groups.map((group) => `\`${group}\``).join(', ')}` : '';
  const who = `\`${user.endsWith(':') ? `${user}<node>` : user}\`${member}, by the certificate \`${certificate}.crt\`.`;
  const rights = rightsOf(service);
  const rows = [...groupByResource(rights)].map((group) => row(service, group, used, reviews));
  const table = rows.length
    ? ['| resource | used | not used | from |', '| --- | --- | --- | --- |', ...rows].join('\n')
    : 'It has no rights.';
  return `## ${name}\n\n${who}\n\n${table}`;
}

/** Rights of one role about one resource, in the order of the roles. */
function groupByResource(rights: readonly GrantedRight[]): Iterable<readonly GrantedRight[]> {
  const groups = new Map<string, GrantedRight[]>();
  for (const right of rights) {
    const key = [right.source, right.resource, ...right.names].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), right]);
  }
  return groups.values();
}

function row(
  service: ServiceIdentity,
  rights: readonly GrantedRight[],
  used: Used,
  reviews: readonly Review[],
): string {
  const [first] = rights;
  const isDone = (right: GrantedRight): boolean => isUsed(used, service, right);
  const verbs = (some: readonly GrantedRight[]): string => some.map(({ verb }) => code(verb)).join(' ');
  const others = rights.filter((right) => !isDone(right));
  const names = first?.names.length ? ` (${first.names.map(code).join(', ')})` : '';
  const whys = [...new Set(others.map((right) => reviewOf(reviews, service.name, right)?.why ?? ''))].filter(Boolean);
  const notUsed = others.length ? `${verbs(others)}${whys.length ? `: ${whys.join('; ')}` : ''}` : '';
  return `| ${code(first?.resource ?? '')}${names} | ${verbs(rights.filter(isDone))} | ${notUsed} | ${code(first?.source ?? '')} |`;
}

const code = (text: string): string => `\`${text}\``;
