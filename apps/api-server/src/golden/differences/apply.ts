import { added, gone, says, type Difference } from './difference';

const typed = /^failed to create typed patch object \([^)]*\): /;

/** What server-side apply answers otherwise. */
export const applyDifferences: readonly Difference[] = [
  {
    reason: 'since 1.22 mistakes of typing name the object, and since 1.25 what a number was found in place of',
    path: /message$/,
    holds: ({ recorded, answered }) =>
      typed.test(String(answered)) &&
      String(answered)
        .replace(typed, 'failed to create typed patch object: ')
        .replace('(int or float), got string', '(int or float), got *value.valueUnstructured') === recorded,
  },
  {
    reason: 'since 1.22 an item without any of its keys cannot be told apart, and is refused before it is validated',
    scenario: /^an item of a keyed list without its key$/,
    path: / status$/,
    holds: says('500 ', 'associative list with keys has an element that omits all key fields [\\"'),
  },
  {
    reason: 'who applies what is there already has no time yet: recorded so from 1.35 for custom resources',
    path: /managedFields\.\d+\.time$/,
    holds: gone,
  },
  {
    reason: 'the recorded server names one path of a conflict in place of others, which its buffers share',
    scenario: /^several conflicts with one applier$/,
    path: /message$|causes\.\d\.field$/,
    holds: says('.spec.template.spec.containers[name="a"]'),
  },
  {
    reason: 'since 1.21 who owns a map without its entries is not taken for one who owned it when it was atomic',
    scenario: /^one manager that both updates and applies/,
    path: /^step 4 status$|^step 5\.data\.a$/,
  },
  {
    reason: 'the same, where others write: what belongs to somebody else is not given back',
    scenario: /^creates and updates are named after the user agent$/,
    path: /f:data\.(\.|f:a)$/,
    holds: gone,
  },
  {
    reason: 'what is too long is told in bytes, in the words of 1.32',
    scenario: /^a manager name has its limits$/,
    path: /message$/,
    holds: says('Too long: may not be more than 128 bytes'),
  },
  {
    reason: 'every write compares the namespaces in one place by now, and in its words',
    scenario: /^an apply whose namespace differs/,
    path: /message$/,
    holds: says('the namespace of the provided object does not match the namespace sent on the request'),
  },
  {
    reason: 'since 1.27 the kind of what is applied is looked at first: recorded so from 1.35 for custom resources',
    scenario: /^(an apply of another kind or version|YAML bodies that say little)$/,
    path: /message$| status$/,
    holds: says('invalid object type: /'),
  },
  {
    reason: 'not a change of Kubernetes: YAML is read by another library, which says in its own words what is wrong',
    scenario: /^YAML bodies that say little$/,
    path: /message$/,
    holds: says('error decoding YAML: error converting YAML to JSON: yaml: line '),
  },
  {
    reason: 'since 1.27 managers that cannot be read are not looked at, and those stay that there are',
    scenario: /^malformed managed fields$/,
    path: /^step [189] status$/,
    holds: says('200 '),
  },
  {
    reason: 'the schema marks owner references atomic since 1.21, each of which has one owner',
    scenario: /^paths in managed fields$/,
    path: /f:ownerReferences\.k:\{[^}]*\}\.(\.|f:\w+)$/,
    holds: gone,
  },
  {
    reason: 'pods count generations since 1.33',
    scenario: /^paths in managed fields$/,
    path: /^step 0\.metadata\.generation$/,
    holds: added,
  },
  {
    reason: 'since 1.22 who scales owns the replicas, and the applier does not get them back unasked',
    scenario: /^scaling owns the replicas/,
    path: /^step 2 status$/,
    holds: says('409 ', 'conflict with \\"hpa\\" with subresource \\"scale\\" using apps/v1: .spec.replicas'),
  },
  {
    reason: 'the same in the reads that follow',
    scenario: /^scaling owns the replicas/,
    path: /^step [345]\.(metadata\.generation|metadata\.managedFields\.1|spec\.replicas)$/,
  },
  {
    reason: 'since 1.22 nobody owns through a subresource what it resets',
    scenario: /^(status applied|an applied spec leaves the status alone)$/,
    path: /fieldsV1\.f:(spec|metadata|status)$/,
    holds: gone,
  },
  {
    reason: 'since 1.27 (structured-merge-diff 4.3) what both have comes in the order of the applier',
    scenario: /^(the order of containers|environment variables are known|finalizers are a set)/,
    path: /\.(containers|env|finalizers)\.\d\.?(\w+)?$|causes\.0\.field$|message$|metadata\.generation$/,
    holds: ({ recorded, answered }) => recorded !== undefined || answered !== undefined,
  },
  {
    reason: 'references to fields are atomic since 1.21',
    scenario: /^environment variables are known/,
    path: /f:fieldRef\.f:fieldPath$/,
    holds: gone,
  },
  {
    reason: 'the ports of Ingress backends are atomic since 1.22',
    scenario: /^an Ingress under apply$/,
    path: /f:port\.f:number$/,
    holds: gone,
  },
  {
    reason: 'selectors are atomic since 1.21: who applies one gives it whole',
    scenario: /^(a (node )?selector (goes|under)|Service ports under apply)/,
    path: /(f:selector(\.f:a)?|f:nodeSelector(\.f:a)?|managedFields\.1|[sS]elector\.[abc])$|^step 1 status$/,
  },
  {
    reason: 'since 1.21 a field that its applier gives up goes with what is in it that nobody owns, such as defaults',
    scenario: /^a strategy changes under apply$/,
    path: /^step [12] status$|^step 3\.(metadata\.generation|spec\.strategy\.|.*f:maxSurge$)/,
    holds: ({ answered }) => answered !== 422,
  },
  {
    reason: 'mistakes show values that are not scalar as encoding/json prints them, and each once',
    scenario: /^(an applied object must be valid|a DaemonSet under apply|a Job under apply|a Role and)/,
    path: /message$|^step 2\.details\.causes\.[12](\.field)?$/,
    holds: ({ answered }) =>
      answered === undefined || /Invalid value: (null|\{)|^spec\.selector$/.test(String(answered)),
  },
  {
    reason: 'a list of values that are not supported is shown as JSON too',
    scenario: /^a dry run apply creates nothing$/,
    path: /message$/,
    holds: says('Unsupported value: ["Some"]: supported values: "All"'),
  },
  {
    reason: 'not a change of Kubernetes: columns are described in words of our own',
    scenario: /^apply asks for a table/,
    path: /columnDefinitions\.\d+\.description$/,
  },
  {
    reason: 'what of a claim, and of a StatefulSet, may change is more by now',
    scenario: /^a (claim|StatefulSet) under apply$/,
    path: /message$/,
    holds: ({ answered }) => /volumeAttributesClassName|'minReadySeconds' are forbidden/.test(String(answered)),
  },
  {
    reason: 'metadata.creationTimestamp is marked omitzero since 1.34: null is not printed any more',
    scenario: /^a StatefulSet under apply$/,
    path: /volumeClaimTemplates\.0\.metadata\.creationTimestamp$/,
    holds: gone,
  },
  {
    reason:
      'since 1.21 what a schema preserves without knowing it is owned entry by entry, so two may share it; and an empty list gives up all items',
    scenario: /^custom resources under apply$/,
    path: /f:free\.f:x\.|^step 3 status$|^step (9|10)\.(metadata\.(generation|managedFields)|spec\.)/,
  },
  {
    reason: 'since 1.22 an item may leave out a key, if not all of them: whether it may be without is for validation',
    scenario: /^custom resources under apply$/,
    path: /^step 6 status$/,
    holds: says('422 ', 'spec.items[2].id: Required value'),
  },
  {
    reason: 'namespaces have their name as a label since 1.21',
    scenario: /^cluster-wide kinds under apply$/,
    path: /^step 5\.metadata\.(labels\.kubernetes\.io\/metadata\.name|managedFields\.1\.fieldsV1\.f:metadata)$/,
    holds: added,
  },
];
