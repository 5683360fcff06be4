import { buffer } from 'node:stream/consumers';
import { htmlRewriter } from './rewrite';

const rewritten = async (html: string): Promise<string> => {
  const rewriter = htmlRewriter((url) => (url.startsWith('/') ? `/proxy${url}` : url));
  rewriter.end(Buffer.from(html));
  return (await buffer(rewriter)).toString();
};

describe('HTML that passes the proxy', () => {
  it.each([
    ['<a href="/b">', '<a href="/proxy/b">'],
    ['<A class=x HREF=/b>c</A>', '<A class=x HREF=/proxy/b>c</A>'],
    ['<b href="/c"><img src=\'/d\'>', '<b href="/c"><img src=\'/proxy/d\'>'],
    ['<a href="/b"', '<a href="/b"'],
    ['1 < 2 <a href="/b">', '1 < 2 <a href="/proxy/b">'],
    ['<a title="<" href="/b">', '<a title="<" href="/proxy/b">'],
  ])('%s becomes %s', async (html, wanted) => expect(await rewritten(html)).toBe(wanted));

  it('is rewritten in linear time', async () => {
    const open = '<a '.repeat(500_000);
    expect(await rewritten(open)).toBe(open);
    expect(await rewritten('<a href="/b">'.repeat(50_000))).toBe('<a href="/proxy/b">'.repeat(50_000));
  });
});
