import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skifftracesv1 } from '@skiff/contracts';
import { Attribute, SpanName } from '@skiff/platform';
import { renderPage } from './page';
import { renderChanges, renderStory } from './render-story';

const { RELATION_ROOT, RELATION_CHILD, RELATION_FOLLOWS } = skifftracesv1.Relation;
const chromium = '/usr/bin/chromium';
const inBrowser = existsSync(chromium) ? it : it.skip;

type Children = skifftracesv1.SpanNode[];

function span(
  service: string,
  name: string,
  start: number,
  rest: Partial<skifftracesv1.SpanNode>,
): skifftracesv1.SpanNode {
  return { service, name, startMicros: start, durationMicros: 10_000, relation: RELATION_CHILD, ...rest };
}

const about = (kind: string, name: string, verb = ''): Record<string, string> => ({
  [Attribute.objectKind]: kind,
  [Attribute.objectNamespace]: 'shop',
  [Attribute.objectName]: name,
  [Attribute.verb]: verb,
});

function write(kind: string, name: string, start: number, children: Children = []): skifftracesv1.SpanNode {
  const inside = span('api-server', SpanName.admission('mutating'), start + 1_000, {});
  const attributes = about(kind, name, 'create');
  return span('api-server', SpanName.apiRequest, start, { attributes, children: [inside, ...children] });
}

const follow = (service: string, name: string, start: number, children: Children): skifftracesv1.SpanNode =>
  span(service, name, start, { relation: RELATION_FOLLOWS, children });

/** A Deployment of two pods that are alike, on one node, the second with a pull that failed. */
function rollout(error: string): skifftracesv1.SpanNode {
  const pod = (name: string, start: number, failure: string): skifftracesv1.SpanNode =>
    write('Pod', name, start, [
      follow('kubelet/node-1', SpanName.kubeletSyncPod, start + 100_000, [
        span('kubelet/node-1', SpanName.imagePull, start + 200_000, {
          error: failure,
          attributes: { [Attribute.image]: 'shop/web:v1' },
        }),
      ]),
    ]);
  const request = write('Deployment', 'web', 1_000, [
    follow('controller-manager', SpanName.reconcile('deployment-controller'), 100_000, [
      pod('web-a', 200_000, ''),
      pod('web-b', 200_000, error),
    ]),
  ]);
  return span('api-server', 'POST /apis/apps/v1/namespaces/shop/deployments', 0, {
    relation: RELATION_ROOT,
    children: [request],
  });
}

const options = { title: 'Deployment web', truncated: false };

describe('the story of a trace in a terminal', () => {
  const textOf = (error: string, columns?: number): string[] =>
    renderStory([rollout(error)], columns)
      .split('\n')
      .map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3} {2}/, ''));

  it('has a line for each step with its time of day, and closes what is like the one before', () => {
    expect(renderStory([rollout('')], undefined)).toMatch(/^\d\d:\d\d:00\.000 {2}/);
    expect(textOf('')).toEqual([
      '10.0 ms  api-server          create Deployment web',
      '10.0 ms  controller-manager  └─ ▸ reconcile deployment-controller',
      '10.0 ms  api-server             ├─ create Pod web-a',
      '10.0 ms  kubelet/node-1         │  └─ ▸ kubelet sync pod on node-1',
      '10.0 ms  kubelet/node-1         │     └─ image pull shop/web:v1',
      '10.0 ms  api-server             └─ create Pod web-b  … 3 more, as before',
    ]);
  });

  it('shows what failed, and is cut to the width', () => {
    expect(textOf('no such image').at(-1)).toContain('image pull shop/web:v1  ✗ no such image');
    for (const line of renderStory([rollout('no such image')], 50).split('\n')) expect(line.length).toBeLessThan(51);
  });

  it('lists changes by number', () => {
    expect(renderChanges([rollout(''), rollout('')]).map(([number, , , what]) => [number, what])).toEqual([
      ['CHANGE', 'WHAT'],
      ['1', 'create Deployment web'],
      ['2', 'create Deployment web'],
    ]);
  });
});

describe('the page of a trace', () => {
  it('tells the story in lines that lie under what caused them, with a bar on one scale', () => {
    const page = renderPage([rollout('')], options);
    const lines = [...page.matchAll(/<b class="s\d" style="[^"]*"\s*>(.*?)<\/b/g)].map(([, text = '']) =>
      text.replaceAll(/<[^>]*>/g, '').trim(),
    );
    expect(lines.filter((line) => !line.startsWith('admission'))).toEqual([
      'create Deployment web',
      '▸reconcile deployment-controller',
      'create Pod web-a',
      '▸kubelet sync pod on node-1',
      'image pull shop/web:v1',
      'create Pod web-b',
      '▸kubelet sync pod on node-1',
      'image pull shop/web:v1',
    ]);
    expect(page).toContain('410.0 ms from the first request to the last effect, 12 spans of 3 services');
    expect(page).toMatch(/left:97\.56%;width:2\.44%/);
  });

  it('closes what is like the one before it, unless it failed', () => {
    const second = /<details class="step"( open)?><summary>(?:(?!<summary>)[^])*?web-b/;
    expect(second.exec(renderPage([rollout('')], options))?.[1]).toBeUndefined();
    const failed = renderPage([rollout('no such image')], options);
    expect(second.exec(failed)?.[1]).toBe(' open');
    expect(failed).toContain('✗ no such image');
  });

  it('loads nothing, and takes no word of a span for markup', () => {
    const page = renderPage([rollout('<script>alert("&")</script>')], options);
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|https?:/);
    expect(page).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;');
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('says when the latest spans are left off', () => {
    expect(renderPage([rollout('')], { ...options, truncated: true })).toContain('the latest spans are left off');
  });

  inBrowser(
    'is read by a browser as it was written',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'skiff-page-'));
      try {
        writeFileSync(join(folder, 'page.html'), renderPage([rollout('no such image')], options));
        const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'profile')}`];
        const url = `file://${join(folder, 'page.html')}`;
        const dom = execFileSync(chromium, [...flags, '--dump-dom', url], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
          timeout: 60_000,
        });
        // Everything of the story stands inside of the one tree, at the depth of its cause.
        expect(dom).toMatch(/<main>\s*<details class="step" open="">[^]*<\/details>\s*<\/main>/);
        expect(dom.match(/<details/g)).toHaveLength(dom.match(/<\/details>/g)?.length ?? 0);
        expect(dom.match(/image pull/g)?.length).toBeGreaterThanOrEqual(2);
        expect(dom).toContain('✗ no such image');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    90_000,
  );
});
