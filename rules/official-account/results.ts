/** How publishing or a mass send ended, in words for a marketer. */
export interface ResultWords {
  readonly ok: boolean
  readonly zh: string
  readonly en: string
  readonly fix: { readonly zh: string; readonly en: string }
}

const words = (ok: boolean, zh: string, en: string, fixZh = '', fixEn = ''): ResultWords => ({
  ok,
  zh,
  en,
  fix: { zh: fixZh, en: fixEn },
})

const MEND: [string, string] = ['修改相关内容后重新推送并发布', 'Mend the content, then push and publish again']

/** Ends of publishing by the platform's number (`publish_status`); 1 is still under way. */
export const publishResults: Readonly<Record<number, ResultWords>> = {
  0: words(true, '已发布', 'published'),
  2: words(
    false,
    '原创校验没有通过：内容与已有原创文章相同',
    'the originality check failed',
    '改成自己的内容，或取得授权后在后台转载',
    'Write your own text, or reprint it with permission in the console',
  ),
  3: words(
    false,
    '发布失败',
    'publishing failed',
    '稍后再发布一次；还不行就在公众平台后台发布',
    'Publish again later, or in the console',
  ),
  4: words(false, '平台审核没有通过', 'refused by the platform’s audit', ...MEND),
  5: words(false, '发布成功后，文章已全部被删除', 'published, then all articles were deleted'),
  6: words(
    false,
    '发布成功后，文章已全部被平台封禁',
    'published, then all articles were banned',
    '查看公众平台通知中心的处罚通知',
    'See the notice in 公众平台 > 通知中心',
  ),
}

/** Reasons of a failed mass send by the number in `err(N)`. */
export const massResults: Readonly<Record<number, ResultWords>> = {
  10001: words(false, '平台审核：涉嫌广告', 'judged as advertising', ...MEND),
  20001: words(false, '平台审核：涉嫌政治', 'judged as politics', ...MEND),
  20002: words(false, '平台审核：涉嫌色情', 'judged as pornography', ...MEND),
  20004: words(false, '平台审核：涉嫌社会问题', 'judged as a social matter', ...MEND),
  20006: words(false, '平台审核：涉嫌违法犯罪', 'judged as illegal', ...MEND),
  20008: words(false, '平台审核：涉嫌欺诈', 'judged as fraud', ...MEND),
  20013: words(false, '平台审核：涉嫌版权', 'judged as a copyright matter', ...MEND),
  21000: words(false, '平台审核没有通过', 'refused by the platform’s audit', ...MEND),
  22000: words(false, '平台审核：涉嫌互推', 'judged as mutual promotion', ...MEND),
  30001: words(
    false,
    '原创校验系统出错，已停止群发',
    'the originality check had an error and stopped the send',
    '稍后再发',
    'Send again later',
  ),
  30002: words(
    false,
    '原创校验不允许群发：内容与已有原创文章相同',
    'the originality check does not allow it',
    '改成自己的内容',
    'Write your own text',
  ),
  30003: words(
    false,
    '原创校验判定为转载，已停止群发',
    'judged as a reprint and stopped',
    '取得授权后在后台转载',
    'Reprint it with permission in the console',
  ),
  40001: words(
    false,
    '管理员拒绝了群发',
    'the administrator refused',
    '请管理员在微信里确认',
    'Ask the administrator to confirm in WeChat',
  ),
  40002: words(
    false,
    '管理员 30 分钟内没有确认',
    'the administrator did not answer in 30 minutes',
    '请管理员在微信里确认，再发一次',
    'Ask the administrator to confirm, then send again',
  ),
}

/** The words for a status such as `send success`, `send fail` or `err(20001)`. */
export function massResult(status: string): ResultWords {
  if (status.replace(/\s/g, '') === 'sendsuccess') return words(true, '已群发', 'sent')
  const code = Number(/err\((\d+)\)/.exec(status)?.[1])
  return (
    massResults[code] ??
    words(
      false,
      `群发失败（${status.slice(0, 40)}）`,
      'the mass send failed',
      '到公众平台后台查看原因',
      'See the console',
    )
  )
}

/** Where the numbers were read. */
export const resultSource = 'developers.weixin.qq.com: 事件推送群发结果 / 事件推送发布结果'
