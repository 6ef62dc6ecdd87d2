import { Button, Empty as EmptyPicture } from 'antd'
import type { ReactNode } from 'react'
import { useWords } from '../words/use-words.js'

/** Says why a list is empty: nothing fits the filters, the last page is passed, or there is nothing at all and why. */
export function Empty(props: { filtered: boolean; later: boolean; clear(): void; why: ReactNode }) {
  const { t } = useWords()
  const { filtered, later, clear, why } = props
  const text = filtered ? t('empty.filtered') : later ? t('empty.past-end') : why
  return (
    <EmptyPicture image={EmptyPicture.PRESENTED_IMAGE_SIMPLE} description={text} data-testid="empty">
      {(filtered || later) && (
        <Button size="small" onClick={clear}>
          {filtered ? t('empty.clear') : t('empty.first')}
        </Button>
      )}
    </EmptyPicture>
  )
}
