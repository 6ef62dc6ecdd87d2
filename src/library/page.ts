import type { Article } from './article.js'
import { articleUrl, escapeHtml, mediaUrl, type Names, renderArticle } from './render.js'

/** From `/articles/SLUG` to the product's root: pictures load whatever host name the page was opened under. */
const BESIDE = '..'

/**
 * An article as a whole page that reads like one in WeChat: cover, title, author and date, body, source. Responsive
 * from 320 px; no script and nothing loaded but our own pictures.
 */
export function renderPage(article: Article, names: Names): string {
  const title = escapeHtml(article.title)
  const digest = escapeHtml(article.digest)
  const shared = escapeHtml(mediaUrl(names.publicUrl, article.cover))
  const cover = escapeHtml(mediaUrl(BESIDE, article.cover))
  const meta = [
    article.author === undefined ? '' : `<span class="author">${escapeHtml(article.author)}</span>`,
    article.date === undefined ? '' : `<time datetime="${article.date}">${dateInWords(article.date)}</time>`,
  ].join('')
  const tags = article.tags.map((tag) => `<span># ${escapeHtml(tag)}</span>`).join('')
  const source =
    article.source === undefined ? '' : `<p class="source"><a href="${escapeHtml(article.source)}">阅读原文</a></p>`
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="format-detection" content="telephone=no">
<meta name="referrer" content="same-origin">
<title>${title}</title>
<meta name="description" content="${digest}">
<meta property="og:type" content="article">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${digest}">
<meta property="og:image" content="${shared}">
<meta property="og:url" content="${escapeHtml(articleUrl(names.publicUrl, article.slug))}">
<style>${SHEET}</style>
</head>
<body>
<main>
<img class="cover" src="${cover}" alt="">
<article>
<header>
<h1>${title}</h1>
<p class="meta">${meta}</p>
<p class="digest">${digest}</p>
</header>
${renderArticle(article, 'page', { ...names, publicUrl: BESIDE })}
<footer>${tags === '' ? '' : `<p class="tags">${tags}</p>`}${source}<p class="end">— 完 —</p></footer>
</article>
</main>
</body>
</html>
`
}

function dateInWords(date: string): string {
  const [year, month, day] = date.split('-').map(Number)
  return `${year}年${month}月${day}日`
}

const SHEET = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;color-scheme:light}
body{margin:0;background:#fff;color:#2b2b2b;font-family:-apple-system,BlinkMacSystemFont,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif;-webkit-font-smoothing:antialiased}
main{max-width:677px;margin:0 auto;background:#fff}
.cover{display:block;width:100%;aspect-ratio:900/383;object-fit:cover;background:#eef2ef}
article{padding:22px 20px 40px}
h1{margin:0 0 14px;font-size:22px;line-height:1.42;font-weight:600;color:#191919;letter-spacing:.3px;text-wrap:balance}
.meta{display:flex;flex-wrap:wrap;gap:4px 12px;margin:0 0 18px;font-size:14px;line-height:1.5;color:#9a9f9c}
.meta:empty{display:none}
.author{color:#576b95}
.digest{margin:0 0 26px;padding:12px 16px;border-radius:8px;background:#f4f7f5;font-size:14px;line-height:1.7;color:#6a736e}
footer{margin-top:34px;font-size:14px;line-height:1.6}
.tags{display:flex;flex-wrap:wrap;gap:8px;margin:0 0 18px}
.tags span{padding:3px 10px;border-radius:12px;background:#f4f7f5;color:#2f6f5e;font-size:12px}
.source a{color:#576b95;text-decoration:none}
.end{margin:26px 0 0;text-align:center;color:#b9bfbb;font-size:13px;letter-spacing:2px}
@media (min-width:720px){
body{background:#f1f4f2}
main{margin:32px auto;border-radius:14px;overflow:hidden;box-shadow:0 6px 30px rgba(47,111,94,.08)}
article{padding:34px 48px 48px}
h1{font-size:26px}
}
`
