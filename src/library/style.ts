/**
 * The look of an article's body. WeChat keeps inlined styles only (no classes, no variables, no position), so every
 * tag carries its own.
 */
const ACCENT = '#2f6f5e'
const INK = '#2b2b2b'
const SOFT = '#8a8f8c'
const TINT = '#f4f7f5'
const LINE = '#e3e9e5'
const LINK = '#576b95'
const MONO = 'Menlo,Consolas,Monaco,monospace'

export const styles: Readonly<Record<string, string>> = {
  body: `font-size:16px;line-height:1.8;letter-spacing:0.4px;color:${INK};word-break:break-word;text-align:left`,
  p: 'margin:0 0 18px',
  h2: `margin:34px 0 16px;padding-left:12px;border-left:4px solid ${ACCENT};font-size:19px;line-height:1.4;font-weight:600;color:${ACCENT}`,
  h3: `margin:26px 0 12px;font-size:17px;line-height:1.5;font-weight:600;color:${INK}`,
  h4: `margin:22px 0 10px;font-size:16px;line-height:1.5;font-weight:600;color:${SOFT}`,
  blockquote: `margin:0 0 18px;padding:14px 16px 1px;border-left:3px solid ${ACCENT};border-radius:0 8px 8px 0;background:${TINT};color:#55605b`,
  ul: 'margin:0 0 18px;padding-left:22px;list-style-type:disc',
  ol: 'margin:0 0 18px;padding-left:24px;list-style-type:decimal',
  li: 'margin:0 0 8px;padding-left:2px',
  table: 'width:100%;border-collapse:collapse;font-size:14px;line-height:1.6',
  th: `padding:9px 10px;border:1px solid ${LINE};background:${TINT};color:${ACCENT};font-weight:600;text-align:left;white-space:nowrap`,
  td: `padding:9px 10px;border:1px solid ${LINE};vertical-align:top`,
  tableBox: 'margin:0 0 20px;overflow-x:auto',
  a: `color:${LINK};text-decoration:none`,
  strong: `font-weight:600;color:${ACCENT}`,
  em: 'font-style:italic',
  s: `color:${SOFT};text-decoration:line-through`,
  hr: `margin:32px auto;width:48px;height:0;border:0;border-top:2px solid ${LINE}`,
  code: `padding:2px 6px;border-radius:4px;background:${TINT};font-family:${MONO};font-size:14px;color:#b0563b`,
  pre: `margin:0 0 18px;padding:14px 16px;border-radius:8px;background:${TINT};overflow-x:auto`,
  preCode: `font-family:${MONO};font-size:13px;line-height:1.6;white-space:pre;color:#3c4a44`,
  figure: 'margin:0 0 20px;text-align:center',
  img: 'max-width:100%;height:auto;border-radius:8px;vertical-align:middle',
  caption: `margin:8px 0 0;font-size:13px;line-height:1.5;color:${SOFT};text-align:center`,
  card: `display:block;margin:6px auto 24px;max-width:300px;padding:12px 14px 0;border:1px solid #ececec;border-radius:10px;background:#ffffff;box-shadow:0 2px 10px rgba(47,111,94,0.08);text-align:left;text-decoration:none;color:${INK}`,
  cardApp: `margin:0 0 6px;font-size:12px;line-height:1.5;color:${SOFT}`,
  cardDot: `display:inline-block;width:14px;height:14px;margin-right:6px;border-radius:7px;background:${ACCENT};vertical-align:-2px`,
  cardTitle: 'margin:0 0 10px;font-size:15px;line-height:1.45;color:#191919',
  cardImage: 'display:block;width:100%;height:auto;border-radius:4px',
  cardFoot: `margin:10px 0 0;padding:6px 0 7px;border-top:1px solid #f0f0f0;font-size:11px;line-height:1.5;color:${SOFT}`,
}
