/** Why a login did not succeed. */
export type RefusedWhy = 'state' | 'code' | 'outsider' | 'unknown-corp' | 'later'

const WORDS: Readonly<Record<RefusedWhy, { status: number; title: string; text: string }>> = {
  state: {
    status: 400,
    title: '登录没有完成',
    text: '这次登录不是从这里开始的，或者已经过期、用过了。请关掉页面，从聊天工具栏重新打开。在浏览器里试用时，模拟器和本页要用同一个主机名（都用 127.0.0.1）。',
  },
  code: { status: 400, title: '登录已过期', text: '企业微信给的登录凭据只能用一次，五分钟内有效。请重新登录。' },
  outsider: { status: 403, title: '只有本企业的成员可以使用', text: '您不是这个企业的成员，不能打开侧边栏。' },
  'unknown-corp': { status: 404, title: '没有这个企业', text: '地址里的企业没有配置，请向管理员核对侧边栏的地址。' },
  later: { status: 503, title: '暂时登录不了', text: '企业微信没有回应，请过一会儿再试。' },
}

/** The page that says why, with a way to try again. */
export function refusedPage(why: RefusedWhy, again: string): { status: number; html: string } {
  const { status, title, text } = WORDS[why]
  const link =
    why === 'outsider' || why === 'unknown-corp' ? '' : `<p><a class="button" href="${htmlOf(again)}">重新登录</a></p>`
  return {
    status,
    html: `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${htmlOf(title)}</title>
<link rel="stylesheet" href="${htmlOf(new URL('sidebar/page/base.css', again).href)}">
</head>
<body class="refused"><main><h1>${htmlOf(title)}</h1><p>${htmlOf(text)}</p>${link}</main></body>
</html>
`,
  }
}

const htmlOf = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`)
