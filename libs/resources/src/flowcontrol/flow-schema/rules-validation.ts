import { child, dns1123Label, dns1123Subdomain, type ErrorList } from '@skiff/apimachinery';
import type { flowcontrolv1 } from '@skiff/contracts';

type Texts = readonly string[] | null | undefined;

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const any = '*';

/** Upstream: ValidateFlowSchemaPolicyRulesWithSubjects in pkg/apis/flowcontrol/validation/validation.go. */
export function validateRule(rule: flowcontrolv1.PolicyRulesWithSubjects, path: string, to: ErrorList): void {
  const { subjects, resourceRules, nonResourceRules } = rule;
  if (!subjects?.length) to.required(child(path, 'subjects'), 'subjects must contain at least one value');
  for (const [index, subject] of (subjects ?? []).entries())
    validateSubject(subject, child(path, `subjects[${index}]`), to);
  if (!resourceRules?.length && !nonResourceRules?.length)
    to.required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty');
  for (const [index, one] of (resourceRules ?? []).entries())
    validateResourceRule(one, child(path, `resourceRules[${index}]`), to);
  for (const [index, one] of (nonResourceRules ?? []).entries())
    validateNonResourceRule(one, child(path, `nonResourceRules[${index}]`), to);
}

/** Each kind of subject, and the field that it has; others it may not have. */
const fieldOfKind = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;
const kindOfField = { serviceAccount: 'ServiceAccount', user: 'User', group: 'Group' } as const;
/** In the order in which upstream looks at them. */
const others = {
  ServiceAccount: ['user', 'group'],
  User: ['serviceAccount', 'group'],
  Group: ['serviceAccount', 'user'],
} as const;

function validateSubject(subject: flowcontrolv1.Subject, path: string, to: ErrorList): void {
  const { kind } = subject;
  if (kind !== 'ServiceAccount' && kind !== 'User' && kind !== 'Group')
    return to.notSupported(child(path, 'kind'), kind ?? '', ['Group', 'ServiceAccount', 'User']);
  const field = fieldOfKind[kind];
  const own = subject[field];
  if (!own) to.required(child(path, field), `${field} is required when subject kind is '${kind}'`);
  else if (kind === 'ServiceAccount') validateServiceAccount(own, child(path, field), to);
  else if (!own.name) to.required(child(path, `${field}.name`));
  for (const other of others[kind])
    if (subject[other])
      to.forbidden(child(path, other), `${other} is forbidden when subject kind is not '${kindOfField[other]}'`);
}

function validateServiceAccount(
  { name = '', namespace = '' }: flowcontrolv1.ServiceAccountSubject,
  path: string,
  to: ErrorList,
): void {
  if (name === '') to.required(child(path, 'name'));
  else if (name !== any) to.all(child(path, 'name'), name, dns1123Subdomain(name));
  if (namespace === '') to.required(child(path, 'namespace'), 'must specify namespace for service account');
  else to.all(child(path, 'namespace'), namespace, dns1123Label(namespace));
}

function validateVerbs(given: Texts, path: string, to: ErrorList): void {
  const at = child(path, 'verbs');
  if (!given?.length) to.required(at, 'verbs must contain at least one value');
  else if (given.includes(any)) alone(given, at, 'verbs', to);
  else if (!given.every((verb) => verbs.includes(verb))) to.notSupported(at, given, verbs);
}

/** A wildcard leaves nothing for others to say. */
function alone(given: readonly string[], path: string, what: string, to: ErrorList): void {
  if (given.length > 1 && given.includes(any))
    to.invalid(path, given, `if '*' is present, must not specify other ${what}`);
}

function validateResourceRule(rule: flowcontrolv1.ResourcePolicyRule, path: string, to: ErrorList): void {
  const { verbs: given, apiGroups, resources, namespaces, clusterScope = false } = rule;
  validateVerbs(given, path, to);
  if (!apiGroups?.length) to.required(child(path, 'apiGroups'), 'resource rules must supply at least one api group');
  else alone(apiGroups, child(path, 'apiGroups'), 'api groups', to);
  if (!resources?.length) to.required(child(path, 'resources'), 'resource rules must supply at least one resource');
  else alone(resources, child(path, 'resources'), 'resources', to);
  const at = child(path, 'namespaces');
  if (!namespaces?.length) {
    if (!clusterScope) to.required(at, 'resource rules that are not cluster scoped must supply at least one namespace');
  } else if (namespaces.includes(any)) alone(namespaces, at, 'namespaces', to);
  else
    for (const [index, namespace] of namespaces.entries())
      for (const problem of dns1123Label(namespace))
        to.invalid(
          `${at}[${index}]`,
          namespace,
          `each member of this list must be '*' or a DNS-1123 label; ${problem}`,
        );
}

function validateNonResourceRule(rule: flowcontrolv1.NonResourcePolicyRule, path: string, to: ErrorList): void {
  const { verbs: given, nonResourceURLs: urls } = rule;
  validateVerbs(given, path, to);
  const at = child(path, 'nonResourceURLs');
  if (!urls?.length) to.required(at, 'nonResourceURLs must contain at least one value');
  else if (urls.includes(any)) alone(urls, at, 'non-resource URLs', to);
  else
    for (const [index, url] of urls.entries()) {
      const problem = urlProblem(url);
      if (problem !== undefined) to.invalid(`${at}[${index}]`, url, problem);
    }
}

/** Upstream: ValidateNonResourceURLPath. */
function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const wildcards = url.split(any).length - 1;
  return wildcards > 1 || (wildcards === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}
