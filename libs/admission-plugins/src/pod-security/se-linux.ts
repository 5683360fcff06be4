import type { corev1 } from '@skiff/contracts';
import { namesWhere, type Check, type Subject } from './check';
import { plural, quoted, setters, sortedUnique } from './message-parts';

const selinuxTypes = ({ version }: Subject): ReadonlySet<string> =>
  new Set([
    ...['', 'container_t', 'container_init_t', 'container_kvm_t'],
    ...(version >= 31 ? ['container_engine_t'] : []),
  ]);

export const seLinuxOptions: Check = {
  id: 'seLinuxOptions',
  since: 0,
  run(subject) {
    const allowed = selinuxTypes(subject);
    const isBad = (options: corev1.SELinuxOptions | undefined): boolean =>
      !allowed.has(options?.type ?? '') || Boolean(options?.user) || Boolean(options?.role);
    const own = subject.spec.securityContext?.seLinuxOptions;
    const names = namesWhere(subject, ({ securityContext }) => isBad(securityContext?.seLinuxOptions));
    if (!isBad(own) && names.length === 0) return undefined;
    const all = [own, ...subject.containers.map(({ securityContext }) => securityContext?.seLinuxOptions)];
    const types = sortedUnique(all.map((options) => options?.type ?? '').filter((type) => !allowed.has(type)));
    const bad = [
      ...(types.length > 0 ? [`${plural(types.length, 'type', 'types')} ${quoted(types)}`] : []),
      ...(all.some((options) => options?.user) ? ['user may not be set'] : []),
      ...(all.some((options) => options?.role) ? ['role may not be set'] : []),
    ];
    return {
      reason: 'seLinuxOptions',
      detail: `${setters(isBad(own), names)} set forbidden securityContext.seLinuxOptions: ${bad.join('; ')}`,
    };
  },
};
