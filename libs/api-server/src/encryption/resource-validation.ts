import { everyResource, isSameResource, parseGroupResource, type GroupResource } from './group-resource';

/** What upstream stores without an API of its own. */
const withoutApi = new Set(['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations']);

/** What is wrong with the resources of one rule, one with another and each by itself, in upstream's words. */
export function resourceProblems(resources: readonly string[], path: string): string[] {
  const parsed = resources.map(parseGroupResource);
  const pairs = parsed.flatMap((one, index) => parsed.slice(index + 1).map((other) => [one, other] as const));
  const shown = `${path}: Invalid value: ${JSON.stringify(resources)}`;
  return [
    ...(pairs.some(([one, other]) => isSameResource(one, other))
      ? [`${shown}: the same resource cannot be specified multiple times`]
      : []),
    ...(pairs.some(([one, other]) => overlap(one, other))
      ? [
          `${shown}: using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked`,
        ]
      : []),
    ...resources.flatMap((resource, index) => {
      const problem = nameProblem(resource);
      return problem ? [`${path}[${index}]: Invalid value: ${JSON.stringify(resource)}: ${problem}`] : [];
    }),
  ];
}

function overlap(one: GroupResource, other: GroupResource): boolean {
  if (isSameResource(one, everyResource) || isSameResource(other, everyResource)) return true;
  return one.group === other.group && (one.resource === '*' || other.resource === '*');
}

function nameProblem(text: string): string | undefined {
  if (text.toLowerCase() !== text) return 'resource name should not contain capital letters';
  if (text === '*') return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources";
  if (withoutApi.has(text)) return 'resources which do not have REST API/s cannot be encrypted';
  const { group, resource } = parseGroupResource(text);
  if (group === 'events.k8s.io')
    return "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file";
  if (group === 'extensions') return "'extensions' group has been removed and cannot be used for encryption";
  if (group === '*' && resource !== '*') return 'encrypting the same resource across groups is not supported';
  return undefined;
}
