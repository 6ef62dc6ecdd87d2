import { escapeHtml } from '../../library/render.js'
import type { Ways } from '../ways/ways.js'
import type { Offers } from './offers.js'

/** What the page of an invitation shows; nothing of it tells who the person is. */
export type JoinView =
  | { state: 'open'; title: string; group: string; qrCode: string }
  /** Joinable once, but every group is full now. */
  | { state: 'full'; title: string }
  | { state: 'expired'; title: string }

/** The page of an invitation. */
export interface JoinPage {
  /** Undefined for a token that was never given out. */
  view(token: string): Promise<JoinView | undefined>
  /** The same as HTML. `live`: it still leads somewhere, or will again. */
  page(token: string): Promise<{ html: string; live: boolean } | undefined>
  /** The person has the page before them: counts the offer as opened, once. */
  opened(token: string): Promise<void>
}

/** The pages of a product's invitations. */
export function createJoinPage({ ways, offers }: { ways: Pick<Ways, 'find'>; offers: Offers }): JoinPage {
  async function view(token: string): Promise<JoinView | undefined> {
    const found = await offers.read(token)
    if (!found) return undefined
    const way = await ways.find(found.offer.way)
    const title = way?.definition.title ?? ''
    if (found.expired || way?.qrCode === undefined) return { state: 'expired', title }
    if (!way.room) return { state: 'full', title }
    const next = way.groups.find(({ chatId }) => chatId === way.turn.groups[0])
    return { state: 'open', title, group: way.turn.room ? (next?.name ?? '') : '', qrCode: way.qrCode }
  }

  return {
    view,
    async page(token) {
      const found = await view(token)
      return found && { html: renderJoinPage(found), live: found.state !== 'expired' }
    },
    async opened(token) {
      const found = await offers.read(token)
      if (found && !found.expired) await offers.opened(found.offer)
    },
  }
}

/** The page as HTML: made for a phone, no script, nothing loaded but the code. */
export function renderJoinPage(view: JoinView): string {
  const title = view.title === '' ? '入群邀请' : view.title
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="format-detection" content="telephone=no">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${SHEET}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${bodyOf(view)}
</main>
</body>
</html>
`
}

function bodyOf(view: JoinView): string {
  switch (view.state) {
    case 'open': {
      const group =
        view.group === '' || view.group === view.title ? '' : `<p class="group">${escapeHtml(view.group)}</p>`
      return `${group}
<img class="code" src="${escapeHtml(view.qrCode)}" alt="入群二维码" width="260" height="260">
<p class="how">长按上面的二维码，选择“识别图中的二维码”，就能进群。</p>
<p class="small">用电脑打开的话，请用手机微信扫一扫。</p>`
    }
    case 'full':
      return '<p class="how">群刚刚坐满了，我们正在加开新群。</p><p class="small">稍后再打开这个页面，或回到公众号告诉我们。</p>'
    case 'expired':
      return '<p class="how">这个邀请已经过期。</p><p class="small">请回到公众号，再要一次入群邀请。</p>'
  }
}

const SHEET = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;color-scheme:light}
body{margin:0;min-height:100vh;background:#eef2ef;color:#1f2623;font-family:-apple-system,BlinkMacSystemFont,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif;-webkit-font-smoothing:antialiased}
main{max-width:420px;margin:0 auto;padding:calc(36px + env(safe-area-inset-top)) 20px 40px;text-align:center}
h1{margin:0 0 8px;font-size:22px;line-height:1.4;font-weight:600;text-wrap:balance}
.group{margin:0 0 20px;font-size:15px;color:#5d6963}
.code{display:block;width:min(260px,80vw);height:auto;aspect-ratio:1;margin:20px auto;padding:14px;border-radius:14px;background:#fff;object-fit:contain}
.how{margin:24px 0 8px;font-size:16px;line-height:1.7}
.small{margin:0;font-size:13px;line-height:1.7;color:#68746e}
`
