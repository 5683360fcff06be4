import { child, type ErrorList } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const scopes = ['*', 'Cluster', 'Namespaced'];

/** Rules of the rules that say what a webhook, or a policy, is for. */
export function validateRule(rule: admissionregistrationv1.RuleWithOperations, path: string, to: ErrorList): void {
  const { scope } = rule;
  validateList(rule.operations, child(path, 'operations'), 'operations', to);
  for (const [index, operation] of (rule.operations ?? []).entries())
    if (!operations.includes(operation))
      to.notSupported(`${child(path, 'operations')}[${index}]`, operation, operations);
  validateList(rule.apiGroups, child(path, 'apiGroups'), 'API groups', to);
  validateList(rule.apiVersions, child(path, 'apiVersions'), 'API versions', to);
  for (const [index, version] of (rule.apiVersions ?? []).entries())
    if (version === '') to.required(`${child(path, 'apiVersions')}[${index}]`);
  validateResources(rule.resources ?? [], child(path, 'resources'), to);
  if (scope !== undefined && !scopes.includes(scope)) to.notSupported(child(path, 'scope'), scope, scopes);
}

function validateList(items: readonly string[] | undefined, path: string, what: string, to: ErrorList): void {
  if (!items?.length) return to.required(path);
  if (items.length > 1 && items.includes('*'))
    to.invalid(path, items, `if '*' is present, must not specify other ${what}`);
}

function validateResources(resources: readonly string[], path: string, to: ErrorList): void {
  if (resources.length === 0) return to.required(path);
  const [allBelow, everywhere] = [new Set<string>(), new Set<string>()];
  let hasWhole = false;
  for (const [index, named] of resources.entries()) {
    const at = `${path}[${index}]`;
    if (named === '') {
      to.required(at);
      continue;
    }
    const slash = named.indexOf('/');
    if (slash < 0) {
      hasWhole = named !== '*';
      continue;
    }
    const [name, below] = [named.slice(0, slash), named.slice(slash + 1)];
    if (allBelow.has(name)) to.invalid(at, named, `if '${name}/*' is present, must not specify ${named}`);
    if (everywhere.has(below)) to.invalid(at, named, `if '*/${below}' is present, must not specify ${named}`);
    if (below === '*') allBelow.add(name);
    if (name === '*') everywhere.add(below);
  }
  if (resources.length > 1 && resources.includes('*/*'))
    to.invalid(path, resources, "if '*/*' is present, must not specify other resources");
  if (hasWhole && resources.includes('*'))
    to.invalid(path, resources, "if '*' is present, must not specify other resources without subresources");
}
