//! The figure as PNG, at 300 dots an inch.

use resvg::{tiny_skia, usvg};

/// An SVG read with DejaVu Sans, whatever fonts the machine has.
pub(super) fn tree(svg: &str) -> Result<usvg::Tree, String> {
    let mut options = usvg::Options { font_family: "DejaVu Sans".into(), ..usvg::Options::default() };
    let fonts = options.fontdb_mut();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    usvg::Tree::from_str(svg, &options).map_err(|e| e.to_string())
}

/// Draws an SVG.
///
/// # Errors
/// In words, when the picture cannot be drawn.
pub fn png(svg: &str) -> Result<Vec<u8>, String> {
    let tree = tree(svg)?;
    // SVG counts 96 units an inch.
    let scale = 300.0 / 96.0;
    let size = tree.size().to_int_size().scale_by(scale).ok_or("the picture has no size")?;
    let mut picture = tiny_skia::Pixmap::new(size.width(), size.height()).ok_or("the picture is too large")?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|e| e.to_string())
}
