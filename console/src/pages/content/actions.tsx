import { Button } from 'antd'
import { useState } from 'react'
import { Ask } from '../../shell/ask.js'
import { useWords } from '../../words/use-words.js'
import { History } from './history.js'
import type { Kind } from './shapes.js'
import type { ItemEditor } from './use-editor.js'
import { WechatDraft } from './wechat.js'

/** What can be done with an item. */
export function Actions({ kind, editor, readOnly }: { kind: Kind; editor: ItemEditor; readOnly: boolean }) {
  const { t } = useWords()
  const [open, setOpen] = useState<'history' | 'wechat'>()
  const { item, draft, busy } = editor
  const ours = item !== undefined && item.owner === 'console'
  const current = ours && item.liveRev !== undefined && item.liveRev === item.rev && !draft.dirty
  const close = () => setOpen(undefined)
  return (
    <>
      {ours && <Button onClick={() => setOpen('history')}>{t('history.open')}</Button>}
      {kind === 'articles' && item && (
        <Button
          onClick={() => setOpen('wechat')}
          disabled={item.state !== 'live'}
          title={item.state === 'live' ? '' : t('wechat.live-first')}
        >
          {t('wechat.open')}
        </Button>
      )}
      {!readOnly && ours && (
        <Ask
          danger
          label={t('content.delete')}
          title={t('content.delete')}
          about={t('content.delete.about')}
          done={t('content.deleted')}
          act={editor.remove}
        />
      )}
      {!readOnly && ours && item.state === 'live' && (
        <Ask
          label={t('content.withdraw')}
          title={t('content.withdraw')}
          about={t('content.withdraw.about')}
          done={t('content.withdrawn')}
          act={editor.withdraw}
        />
      )}
      {!readOnly && (
        <>
          <Button
            onClick={() => editor.save(false)}
            loading={busy}
            disabled={!draft.dirty && item !== undefined}
            data-testid="save"
          >
            {t('content.save')}
          </Button>
          <Button
            type="primary"
            onClick={() => editor.save(true)}
            loading={busy}
            disabled={current}
            data-testid="publish"
          >
            {t('content.publish')}
          </Button>
        </>
      )}
      {open === 'history' && item && (
        <History
          kind={kind}
          item={item}
          writes={!readOnly}
          close={close}
          refused={(problem) => {
            close()
            editor.refused(problem)
          }}
          back={(now) => {
            close()
            editor.take(now)
          }}
        />
      )}
      {open === 'wechat' && item && (
        <WechatDraft slug={item.slug} writes={!readOnly || item.owner === 'file'} close={close} />
      )}
    </>
  )
}
