import { says, type Difference } from './difference';

/** What messages say in other words. */
export const messageDifferences: readonly Difference[] = [
  {
    reason: 'since 1.23 JSON is decoded by sigs.k8s.io/json in place of json-iterator, in the words of encoding/json',
    scenario: /^(a wrong type|a malformed quantity|bad base64 in a secret)$/,
    path: /\.message$/,
    holds: says('cannot be handled as a '),
  },
  {
    reason:
      'what may change of a pod is listed with commas alone since 1.27, with the grace period among it; what differs follows as JSON, where upstream prints its own Go structs',
    scenario: /^a pod spec is immutable/,
    path: /message$/,
    holds: says(
      '`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  },
  {
    reason: 'since 1.33 (ServiceCIDRs) no allocator is found for a cluster IP that is outside of every range',
    scenario: /^a cluster IP outside the range$/,
    path: /message$/,
    holds: says(
      'Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided network does not match the current range',
    ),
  },
  {
    reason: "mistakes show values that are not scalar as encoding/json prints them, no longer in Go's syntax",
    scenario: /^(a Deployment (selector|needs)|negative replicas)/,
    path: /message$/,
    holds: ({ recorded, answered }) =>
      /map\[string\]string\{|IntOrString\{|LabelSelector\{/.test(String(recorded)) &&
      /Invalid value: (\{"app":"x"\}|"0%"|\{"matchLabels":\{"app":"z"\}\}): /.test(String(answered)),
  },
  {
    reason: 'a role reference is shown as JSON too: of the internal type, whose fields have no JSON names',
    scenario: /^a role binding keeps/,
    path: /message$/,
    holds: says('Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"edit"}: '),
  },
  {
    reason: 'a list of values that are not supported is shown as JSON too',
    scenario: /^dry run changes nothing$/,
    path: /message$/,
    holds: says('dryRun: Unsupported value: ["Some"]: supported values: "All"'),
  },
  {
    reason: 'the same in the cause',
    scenario: /^dry run changes nothing$/,
    path: /causes\.0\.message$/,
    holds: says('Unsupported value: ["Some"]: supported values: "All"'),
  },
  {
    reason: 'bytes are shown as JSON too: in base64',
    scenario: /CertificateSigningRequest/,
    path: /message$/,
    holds: says('Invalid value: "bm90IGEgcGVt": PEM block type must be CERTIFICATE REQUEST'),
  },
];
