//! The figure as PDF: one page of its size, its text as text in an embedded font.

use krilla::Document;
use krilla::geom::Size;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};

use super::png::tree;

/// Writes an SVG as PDF.
///
/// # Errors
/// In words, when the picture cannot be drawn.
pub fn pdf(svg: &str) -> Result<Vec<u8>, String> {
    let tree = tree(svg)?;
    // SVG counts 96 units an inch, PDF 72.
    let (width, height) = (tree.size().width() * 0.75, tree.size().height() * 0.75);
    let size = Size::from_wh(width, height).ok_or("the picture has no size")?;
    let mut document = Document::new();
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface.draw_svg(&tree, size, SvgSettings::default()).ok_or("the picture cannot be drawn")?;
    surface.finish();
    page.finish();
    document.finish().map_err(|e| format!("{e:?}"))
}
