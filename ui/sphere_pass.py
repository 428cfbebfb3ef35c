"""Draws what a viewer sees who stands inside an equirectangular frame (OpenGL 2, ES 2)."""

import logging
from array import array

from PySide6.QtCore import QSize
from PySide6.QtGui import QMatrix3x3, QOpenGLContext, QVector2D, QVector4D
from PySide6.QtOpenGL import (
    QOpenGLBuffer,
    QOpenGLFramebufferObject,
    QOpenGLShader,
    QOpenGLShaderProgram,
)

from player.model.sphere import Sphere
from ui.look import Look, cut

LOG = logging.getLogger("farol.window")

_FRAMEBUFFER, _TEXTURE_2D, _TRIANGLE_STRIP, _FLOAT = 0x8D40, 0x0DE1, 0x0005, 0x1406
_WRAP_S, _WRAP_T, _CLAMP = 0x2802, 0x2803, 0x812F
_MIN_FILTER, _MAG_FILTER, _LINEAR = 0x2801, 0x2800, 0x2601
_BLEND, _DEPTH_TEST, _SCISSOR_TEST = 0x0BE2, 0x0B71, 0x0C11
_LARGEST = 8192
_CORNERS = array("f", (-1, -1, 1, -1, -1, 1, 1, 1)).tobytes()

_VERTEX = """
attribute highp vec2 corner;
uniform highp vec2 reach;
varying highp vec2 seen;
void main() {
    seen = corner * reach;
    gl_Position = vec4(corner.x, -corner.y, 0.0, 1.0);
}
"""

_FRAGMENT = """
uniform sampler2D frame;
uniform highp mat3 rotation;
uniform highp vec4 cut;
uniform highp vec4 lacking;
varying highp vec2 seen;
const highp float PI = 3.14159265;
void main() {
    highp vec3 to = rotation * normalize(vec3(seen, -1.0));
    highp float across = 0.5 + atan(to.x, -to.z) / (2.0 * PI);
    highp float down = 0.5 - asin(clamp(to.y, -1.0, 1.0)) / PI;
    highp vec2 at = (vec2(across, down) - lacking.xz) / (1.0 - lacking.xz - lacking.yw);
    bool there = at.x >= 0.0 && at.x <= 1.0 && at.y >= 0.0 && at.y <= 1.0;
    highp vec3 color = texture2D(frame, cut.xy + clamp(at, 0.0, 1.0) * cut.zw).rgb;
    gl_FragColor = there ? vec4(color, 1.0) : vec4(0.0, 0.0, 0.0, 1.0);
}
"""


class SpherePass:
    """One program and the frame that is looked at. Render thread, its OpenGL context current.

    Rows of both framebuffers run from the top, as Qt Quick's do.
    """

    def __init__(self) -> None:
        """Make nothing yet."""
        self._program: QOpenGLShaderProgram | None = None
        self._corners = QOpenGLBuffer(QOpenGLBuffer.Type.VertexBuffer)
        self._frame: QOpenGLFramebufferObject | None = None

    def frame(self, size: QSize) -> tuple[int, QSize, bool]:
        """The framebuffer to draw the whole frame into, its size, and whether it is new."""
        largest = max(size.width(), size.height(), 1)
        if largest > _LARGEST:
            size = size * (_LARGEST / largest)
        new = self._frame is None or self._frame.size() != size
        if self._frame is None or new:
            self._frame = QOpenGLFramebufferObject(size)
        return self._frame.handle(), size, new

    def draw(self, fbo: int, size: QSize, sphere: Sphere, look: Look) -> None:
        """Draw what is seen into a framebuffer of `size`."""
        context = QOpenGLContext.currentContext()
        if self._frame is None or context is None:
            return
        program = self._ready()
        gl = context.functions()
        gl.glBindFramebuffer(_FRAMEBUFFER, fbo)
        gl.glViewport(0, 0, size.width(), size.height())
        for state in (_BLEND, _DEPTH_TEST, _SCISSOR_TEST):
            gl.glDisable(state)
        gl.glBindTexture(_TEXTURE_2D, self._frame.texture())
        for name, value in (
            (_WRAP_S, _CLAMP), (_WRAP_T, _CLAMP), (_MIN_FILTER, _LINEAR), (_MAG_FILTER, _LINEAR),
        ):  # fmt: skip
            gl.glTexParameteri(_TEXTURE_2D, name, value)
        program.bind()
        reach = look.reach(size.width() / max(size.height(), 1))
        program.setUniformValue(program.uniformLocation("reach"), QVector2D(*reach))
        program.setUniformValue(program.uniformLocation("rotation"), QMatrix3x3(look.rotation()))
        program.setUniformValue(program.uniformLocation("cut"), QVector4D(*cut(sphere)))
        lacking = QVector4D(sphere.left, sphere.right, sphere.top, sphere.bottom)
        program.setUniformValue(program.uniformLocation("lacking"), lacking)
        program.setUniformValue1i(program.uniformLocation("frame"), 0)
        self._corners.bind()
        corner = program.attributeLocation("corner")
        program.enableAttributeArray(corner)
        program.setAttributeBuffer(corner, _FLOAT, 0, 2)
        gl.glDrawArrays(_TRIANGLE_STRIP, 0, 4)
        program.disableAttributeArray(corner)
        self._corners.release()
        program.release()
        gl.glBindTexture(_TEXTURE_2D, 0)

    def free(self) -> None:
        """Give everything up."""
        self._program = self._frame = None
        self._corners.destroy()

    def _ready(self) -> QOpenGLShaderProgram:
        if self._program is None:
            program = QOpenGLShaderProgram()
            program.addShaderFromSourceCode(QOpenGLShader.ShaderTypeBit.Vertex, _VERTEX)
            program.addShaderFromSourceCode(QOpenGLShader.ShaderTypeBit.Fragment, _FRAGMENT)
            if not program.link():
                LOG.warning("looking around is not to be had: %s", program.log())
            self._corners.create()
            self._corners.bind()
            self._corners.allocate(_CORNERS, len(_CORNERS))
            self._corners.release()
            self._program = program
        return self._program
