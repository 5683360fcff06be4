import { namesWhere, type Check } from './check';
import { plural, setters, sortedUnique } from './message-parts';

const unconfined = (type: string | undefined): boolean =>
  type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';

const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';
const knownSeccomp = (value: string): boolean =>
  value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');

/** Before there were fields, annotations told profiles. */
export const seccompAnnotations: Check = {
  id: 'seccompProfile_baseline',
  since: 0,
  until: 19,
  run({ annotations, containers }) {
    const keys = [seccompPod, ...containers.map(({ name = '' }) => seccompContainer + name)];
    const bad = keys.filter((key) => annotations[key] !== undefined && !knownSeccomp(annotations[key]));
    if (bad.length === 0) return undefined;
    const shown = sortedUnique(bad.map((key) => `${key}=${JSON.stringify(annotations[key])}`));
    return {
      reason: 'seccompProfile',
      detail: `forbidden ${plural(shown.length, 'annotation', 'annotations')} ${shown.join(', ')}`,
    };
  },
};

export const seccompProfile: Check = {
  id: 'seccompProfile_baseline',
  since: 19,
  run(subject) {
    const own = unconfined(subject.spec.securityContext?.seccompProfile?.type);
    const names = namesWhere(subject, ({ securityContext }) => unconfined(securityContext?.seccompProfile?.type));
    if (!own && names.length === 0) return undefined;
    return {
      reason: 'seccompProfile',
      detail: `${setters(own, names)} must not set securityContext.seccompProfile.type to "Unconfined"`,
    };
  },
};
