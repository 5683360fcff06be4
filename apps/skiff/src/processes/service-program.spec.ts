import { servingAllocation } from './service-program';

describe('The allocator of the API server', () => {
  it('is jemalloc where it is installed', () => {
    const file = '/usr/lib/aarch64-linux-gnu/libjemalloc.so.2';
    expect(servingAllocation('arm64', (asked) => asked === file)).toMatchObject({ LD_PRELOAD: file });
  });

  it.each(['x64', 'riscv64'])('is that of the C library elsewhere (%s)', (architecture) => {
    expect(servingAllocation(architecture, () => false)).not.toHaveProperty('LD_PRELOAD');
  });
});
