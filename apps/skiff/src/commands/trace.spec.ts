import { UserError } from './context';
import { parseTarget } from './trace';

describe('the object that skiff trace is asked for', () => {
  it.each([
    ['deployment/web', 'Deployment'],
    ['deployments/web', 'Deployment'],
    ['deploy/web', 'Deployment'],
    ['Pod/web', 'Pod'],
    ['po/web', 'Pod'],
    ['svc/web', 'Service'],
  ])('takes %s for a %s', (target, kind) => {
    const parsed = parseTarget(target);
    expect(parsed.kind.kind).toBe(kind);
    expect(parsed.name).toBe('web');
  });

  it.each(['web', 'deployment/', '/web', 'deployment/web/more', 'nonsense/web'])('does not take %s', (target) => {
    expect(() => parseTarget(target)).toThrow(UserError);
  });
});
