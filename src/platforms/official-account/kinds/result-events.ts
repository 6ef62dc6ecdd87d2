import { countOf, type Fields, fieldsOf, listOf, textOf } from '../../shared/fields.js'
import { ofAccount, type Reader, type Readers } from '../../shared/header.js'

/** The platform's verdicts on what was sent or published, by Event. */
export const resultEvents: Readers = new Map<string, Reader>([
  [
    'TEMPLATESENDJOBFINISH',
    (fields, header) => {
      const status = textOf(fields, 'Status')
      return {
        kind: 'event.notice.sent',
        ...header,
        messageId: textOf(fields, 'MsgID'),
        ok: status === 'success',
        status,
      }
    },
  ],
  [
    'MASSSENDJOBFINISH',
    (fields, header) => {
      const status = textOf(fields, 'Status')
      return {
        kind: 'event.mass.sent',
        ...ofAccount(header),
        messageId: textOf(fields, 'MsgID'),
        ok: status.replace(/\s/g, '') === 'sendsuccess',
        status,
        total: countOf(fields, 'TotalCount'),
        targeted: countOf(fields, 'FilterCount'),
        sent: countOf(fields, 'SentCount'),
        failed: countOf(fields, 'ErrorCount'),
        articles: listOf(fieldsOf(fieldsOf(fields, 'ArticleUrlResult'), 'ResultList'), 'item').map((item) => ({
          index: countOf(item, 'ArticleIdx'),
          url: textOf(item, 'ArticleUrl'),
        })),
      }
    },
  ],
  ['PUBLISHJOBFINISH', published],
  ['FREEPUBLISHJOBFINISH', published],
])

function published(fields: Fields, header: Parameters<Reader>[1]): ReturnType<Reader> {
  const result = fieldsOf(fields, 'PublishEventInfo')
  const articleId = textOf(result, 'article_id')
  const failed = result['fail_idx'] ?? []
  return {
    kind: 'event.publish.finished',
    ...ofAccount(header),
    publishId: textOf(result, 'publish_id'),
    status: countOf(result, 'publish_status'),
    ...(articleId !== '' && { articleId }),
    articles: listOf(fieldsOf(result, 'article_detail'), 'item').map((item) => ({
      index: countOf(item, 'idx'),
      url: textOf(item, 'article_url'),
    })),
    failed: (Array.isArray(failed) ? failed : [failed]).map(Number).filter(Number.isInteger),
  }
}
