import { execute } from './execute';
import { repositoryPath, type TestCluster } from './cluster';

const images = {
  busybox: 'examples/images/busybox/image.json',
  redis: 'examples/guestbook/images/redis/image.json',
  webV1: 'examples/guestbook/images/web/image-v1.json',
  webV2: 'examples/guestbook/images/web/image-v2.json',
} as const;

/** Builds an image from Debian packages, once for each content; resolves with its archive. */
export async function buildImage(image: keyof typeof images): Promise<string> {
  const archive = repositoryPath('dist/images', `${image}.tar`);
  await execute(process.execPath, [repositoryPath('tools/images/build.mjs'), repositoryPath(images[image]), archive], {
    timeoutMilliseconds: 180_000,
  });
  return archive;
}

/** Builds an image, and puts it on every node. */
export async function provideImage(cluster: TestCluster, image: keyof typeof images): Promise<void> {
  await cluster.skiff('load', '--name', cluster.name, await buildImage(image));
}
