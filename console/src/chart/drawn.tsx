import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useGivenLook } from '../shell/look.js'
import { optionOf, type Series } from './draw.js'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

/** Draws with ECharts, as wide as its place is. */
export function Drawn(props: { labels: readonly string[]; series: readonly Series[]; kind: 'bar' | 'line' }) {
  const { labels, series, kind } = props
  const place = useRef<HTMLDivElement>(null)
  const { dark } = useGivenLook()
  useEffect(() => {
    if (!place.current) return
    const chart = init(place.current)
    chart.setOption(optionOf(labels, series, kind, dark))
    const watch = new ResizeObserver(() => chart.resize())
    watch.observe(place.current)
    return () => {
      watch.disconnect()
      chart.dispose()
    }
  }, [labels, series, kind, dark])
  return <div ref={place} className="drawn" aria-hidden />
}
