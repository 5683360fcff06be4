import { added, gone, says, type Difference } from './difference';

/** What access, reviews, tokens, quotas and namespaces answer otherwise. */
export const accessDifferences: readonly Difference[] = [
  {
    reason:
      'the last handler is another since 1.23: it answers an unknown path with text, without a list of the known ones',
    scenario: /^paths that are no resources$/,
    path: /\.(paths|text)$/,
  },
  {
    reason: 'mistakes in reviews show the internal type as JSON, which has no JSON names',
    scenario: /^(mistakes in reviews of access|reviews of access in a namespace)$/,
    path: /message$/,
    holds: says('Invalid value: {"Path":"/","Verb":"get"}: '),
  },
  {
    reason: 'everybody may ask who they are since 1.28 (SelfSubjectReview), and so have one rule more',
    scenario: /^what may I$/,
    path: /resourceRules\.[34]/,
    holds: ({ answered }) =>
      /selfsubject|authentication\.k8s\.io|authorization\.k8s\.io/.test(
        JSON.stringify(answered) ?? 'authorization.k8s.io',
      ),
  },
  {
    reason: 'a SelfSubjectRulesReview keeps its spec, and who set it, by now',
    scenario: /^what may I$/,
    path: /spec\.namespace$|managedFields$/,
    holds: added,
  },
  {
    reason: 'a token request is answered with the name and namespace of its service account by now',
    scenario: /token|impersonation/,
    path: /metadata\.(name|namespace)$/,
    holds: added,
  },
  {
    reason: 'the object that a token is bound to is left out where there is none, and so it is set as a whole',
    scenario: /token|impersonation/,
    path: /spec\.boundObjectRef$|f:boundObjectRef\.\.$/,
  },
  {
    reason: 'a token request for another service account is refused by now',
    scenario: /^mistakes in requests for tokens$/,
    path: /^step 11 status$/,
    holds: says('422 ', 'metadata.name: Invalid value: \\"other\\": must match the service account name if specified'),
  },
  {
    reason: 'since 1.30 users are told the id of the credential that they show',
    scenario: /^(a token of a service account|a certificate request|certificate requests|who asked)/,
    path: /(user|spec)\.extra$/,
    holds: ({ answered }) => JSON.stringify(answered).includes('authentication.kubernetes.io/credential-id'),
  },
  {
    reason: 'not a change of Kubernetes: the recorded client had a token with a uid, and this one has a certificate',
    scenario: /^(a certificate request|certificate requests)/,
    path: /spec\.uid$/,
    holds: gone,
  },
  {
    reason: 'not a change of Kubernetes: whoever is not known may only ask for health here',
    scenario: /^no token at all$/,
    path: /^step 1 status$/,
    holds: says('401 '),
  },
  {
    reason: 'a quota says since 1.24 which containers do not say what it asks for',
    scenario: /^a quota on what pods ask for$/,
    path: /message$/,
    holds: says('must specify limits.memory for: c'),
  },
  {
    reason: 'the recorded server left an owner with fields of a quota that another one had changed, and only these',
    scenario: /^a quota on storage$/,
    path: /f:used\.(\.|f:gold\.storageclass\.storage\.k8s\.io\/[\w.]+)$/,
    holds: gone,
  },
  {
    reason: 'namespaces have a label with their name since 1.21',
    scenario: /namespace/,
    path: /metadata\.labels$|fieldsV1\.f:metadata$/,
    holds: ({ recorded, answered }) =>
      recorded === undefined && JSON.stringify(answered).includes('kubernetes.io/metadata.name'),
  },
  {
    reason: 'a namespace that is deleted has a grace period of none by now',
    scenario: /namespace/,
    path: /deletionGracePeriodSeconds$/,
    holds: ({ recorded, answered }) => recorded === undefined && answered === 0,
  },
  {
    reason: 'the traffic of Services from outside is limited in other words by now',
    scenario: /^services change their type$/,
    path: /message$/,
    holds: says('may only be set for externally-accessible services'),
  },
  {
    reason: 'only Services with a load balancer may have one in their status since 1.29',
    scenario: /^services change their type$/,
    path: /^step 6 status$/,
    holds: says('422 ', "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"),
  },
  {
    reason: 'of an event of events.k8s.io only the series may change since 1.27',
    scenario: /^events of the newer group$/,
    path: /^step 15 status$/,
    holds: says('422 ', 'field is immutable'),
  },
];
