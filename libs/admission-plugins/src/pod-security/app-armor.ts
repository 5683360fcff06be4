import type { Check } from './check';
import { plural, quoted, setters, sortedUnique } from './message-parts';

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const harmlessProfile = (profile: string): boolean =>
  profile === '' || profile === 'runtime/default' || profile.startsWith('localhost/');
const unconfined = (type: string | undefined): boolean =>
  type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';

export const appArmorProfile: Check = {
  id: 'appArmorProfile',
  since: 0,
  run(subject) {
    const keys = Object.keys(subject.annotations)
      .filter((key) => key.startsWith(appArmorPrefix) && !harmlessProfile(subject.annotations[key] ?? ''))
      .sort();
    const own = subject.spec.securityContext?.appArmorProfile?.type;
    const bad = subject.containers.filter(({ securityContext }) => unconfined(securityContext?.appArmorProfile?.type));
    const names = bad.map(({ name = '' }) => name);
    const values = sortedUnique([
      ...keys.map((key) => subject.annotations[key] ?? ''),
      ...(unconfined(own) ? [own ?? ''] : []),
      ...bad.map(({ securityContext }) => securityContext?.appArmorProfile?.type ?? ''),
    ]);
    if (values.length === 0) return undefined;
    const who = [
      ...(unconfined(own) || names.length > 0 ? [setters(unconfined(own), names)] : []),
      ...(keys.length > 0 ? [`${plural(keys.length, 'annotation', 'annotations')} ${quoted(keys)}`] : []),
    ].join(' and ');
    return {
      reason: plural(values.length, 'forbidden AppArmor profile', 'forbidden AppArmor profiles'),
      detail: `${who} must not set AppArmor profile type to ${quoted(values)}`,
    };
  },
};
