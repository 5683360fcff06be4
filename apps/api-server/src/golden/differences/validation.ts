import { added, says, type Difference } from './difference';
import { answers, printsJson, reworded } from './go-values';

/** What is valid otherwise, and in which words. */
export const validationDifferences: readonly Difference[] = [
  {
    reason: 'Ingress and NetworkPolicy are of networking.k8s.io alone since the group extensions is gone',
    scenario: /ingress|network policies/,
    path: /message$|details\.group$/,
    holds: reworded(
      ['Ingress.extensions', 'Ingress.networking.k8s.io'],
      ['NetworkPolicy.extensions', 'NetworkPolicy.networking.k8s.io'],
      [/^extensions$/g, 'networking.k8s.io'],
      ['"Ingress", "Egress"', '"Egress", "Ingress"'],
      ['"TCP", "UDP", "SCTP"', '"SCTP", "TCP", "UDP"'],
      ['one letter or number (a-z, 0-9)', 'one letter (a-z)'],
      ['not a valid CIDR', 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
      [/must be a valid IP address(?!, \(e\.g)/g, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ),
  },
  {
    reason: "values that are not scalar are shown as encoding/json prints them, no longer in Go's syntax",
    scenario: /^mistakes in|changed|mistakes and changes/,
    path: /message$/,
    holds: printsJson,
  },
  {
    reason:
      'ranges of IPv6 are told beside those of IPv4 since dual stack, and of addresses and ranges what they look like',
    scenario: /^mistakes in (endpoints|services|nodes|network policies)$/,
    path: /message$/,
    holds: reworded(
      ['(127.0.0.0/8)', '(127.0.0.0/8, ::1/128)'],
      ['(169.254.0.0/16)', '(169.254.0.0/16, fe80::/10)'],
      ['(0.0.0.0)', '(0.0.0.0 or ::)'],
      ['(224.0.0.0/24)', '(224.0.0.0/24, ff02::/10)'],
      ['[]string{"x"}: must be valid CIDR', '"x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
    ),
  },
  {
    reason: 'Endpoints take addresses with zeros before their parts until 1.36, with a warning',
    scenario: /^mistakes in endpoints$/,
    path: /^step 6 status$/,
    holds: answers(201),
  },
  {
    reason:
      'two ranges of one family are refused since dual stack is always on; the recorded server dropped the second',
    scenario: /^mistakes in nodes$/,
    path: /^step 7 status$/,
    holds: answers(422, 'may specify no more than one CIDR for each IP family'),
  },
  {
    reason: 'the annotation preferAvoidPods means nothing since 1.27',
    scenario: /^mistakes in nodes$/,
    path: /^step 8 status$/,
    holds: answers(201),
  },
  {
    reason: 'nodes have had no configSource that works since 1.24, and the message does not name it',
    scenario: /^a node, changed$/,
    path: /message$/,
    holds: says('node updates may only change labels, taints, or capacity'),
  },
  {
    reason: 'an annotation that says the same as the field is taken since 1.24',
    scenario: /^the class of an ingress may be told one way$/,
    path: /^step 0 status$/,
    holds: answers(201),
  },
  {
    reason: 'the Ingress of the first step is there, so another one of its name is not created',
    scenario: /^the class of an ingress may be told one way$/,
    path: /^step (1 status|[24]\..*(spec\.defaultBackend|f:defaultBackend)\..*)$/,
  },
  {
    reason: 'budgets of policy/v1 have no negative numbers in their status: those of v1beta1 had',
    scenario: /^a budget, read and changed$/,
    path: /^step 3 status$/,
    holds: answers(422, 'status.disruptionsAllowed: Invalid value: -1'),
  },
  {
    reason: 'quotas know pods with affinity across namespaces since 1.22',
    scenario: /^mistakes in quotas$/,
    path: /message$/,
    holds: says('ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity'),
  },
  {
    reason: 'since 1.23 JSON is decoded by sigs.k8s.io/json in place of json-iterator, in the words of encoding/json',
    scenario: /^(mistakes in (quotas|certificate requests)|a node, changed)$/,
    path: /message$/,
    holds: ({ answered }) =>
      /cannot be handled as a |invalid: patch: |patch.*: quantities must match|: quantities must match/.test(
        String(answered),
      ),
  },
  {
    reason: 'what is too long is told so in other words since 1.32',
    scenario: /^mistakes in certificate requests$/,
    path: /^step 10\..*message$/,
    holds: reworded(
      ['must have at most', 'may not be more than'],
      [/no more than (\d+) characters/g, 'no more than $1 bytes'],
    ),
  },
  {
    reason: 'a range that is left out is smaller than the whole since 1.21',
    scenario: /^mistakes in network policies$/,
    path: /^step 7\.(message|details\.causes\.2)$/,
    holds: ({ answered }) => JSON.stringify(answered).includes('except[2]'),
  },
  {
    reason: 'a signer without a name is also told to be none since 1.22',
    scenario: /^mistakes in certificate requests$/,
    path: /^step 0\.(message|details\.causes)/,
  },
  {
    reason: 'Services have one family of addresses, and an internal policy, by default',
    scenario: /^mistakes in services$/,
    path: /spec\.(ipFamilies|ipFamilyPolicy|internalTrafficPolicy|clusterIPs?)$/,
    holds: added,
  },
  {
    reason: 'ranges of sources are told one by one since 1.25, and what is for whom in other words',
    scenario: /^mistakes in services$/,
    path: /message$|details\.causes\.0\.field$/,
    holds: ({ answered }) =>
      /LoadBalancerSourceRanges\[0\]|must be a valid CIDR value|externally-accessible services|may only be set when `type`/.test(
        String(answered),
      ),
  },
];
