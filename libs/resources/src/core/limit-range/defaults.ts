import type { corev1 } from '@skiff/contracts';

export function defaultLimitRange({ spec }: corev1.LimitRange): void {
  for (const item of spec?.limits ?? []) {
    if (item.type !== 'Container') continue;
    if (item.max) item.default = { ...item.max, ...item.default };
    const request = { ...item.min, ...item.default, ...item.defaultRequest };
    if (Object.keys(request).length) item.defaultRequest = request;
  }
}
