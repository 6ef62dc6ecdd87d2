import { type Fields, isFields, listOf, textOf } from '../../shared/fields.js'
import type { Reader, Readers } from '../../shared/header.js'

/** Consent to and delivery of subscription notices, by Event: one item for every template that is concerned. */
export const subscriptionEvents: Readers = new Map<string, Reader>([
  [
    'subscribe_msg_popup_event',
    (fields, header) => ({
      kind: 'event.subscription.answered',
      ...header,
      items: items(fields, 'SubscribeMsgPopupEvent').map((item) => ({
        ...answer(item),
        popup: textOf(item, 'PopupScene'),
      })),
    }),
  ],
  [
    'subscribe_msg_change_event',
    (fields, header) => ({
      kind: 'event.subscription.changed',
      ...header,
      items: items(fields, 'SubscribeMsgChangeEvent').map(answer),
    }),
  ],
  [
    'subscribe_msg_sent_event',
    (fields, header) => ({
      kind: 'event.subscription.sent',
      ...header,
      items: items(fields, 'SubscribeMsgSentEvent').map((item) => ({
        templateId: textOf(item, 'TemplateId'),
        messageId: textOf(item, 'MsgID'),
        code: textOf(item, 'ErrorCode'),
        status: textOf(item, 'ErrorStatus'),
      })),
    }),
  ],
])

/** XML wraps the list in an element named after the event; JSON has it at the top. */
function items(fields: Fields, wrapper: string): Fields[] {
  const wrapped = fields[wrapper]
  return listOf(isFields(wrapped) ? wrapped : fields, 'List')
}

function answer(item: Fields): { templateId: string; accepted: boolean } {
  return { templateId: textOf(item, 'TemplateId'), accepted: textOf(item, 'SubscribeStatusString') === 'accept' }
}
