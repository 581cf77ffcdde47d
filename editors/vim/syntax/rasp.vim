" Vim syntax file for RASP with the extensions of raspc.
if exists("b:current_syntax")
  finish
endif

syntax keyword raspConditional if elif else
syntax keyword raspRepeat for while in
syntax keyword raspOperatorWord not and or
syntax keyword raspStatement def return nextgroup=raspFunctionName skipwhite
syntax match raspFunctionName "\h\w*" contained
syntax keyword raspInclude load
syntax match raspCommand "^\s*\(set\|show\)\s\+\(s-op\s\+\|selector\s\+\)\?example\>"
syntax match raspCommand "^\s*\(s-op\s\+\|selector\s\+\)\?examples\s\+\(on\|off\)\>"
syntax match raspCommand "^\s*full seq display\s\+\(on\|off\)\>"
syntax keyword raspBoolean True False true false
syntax keyword raspConstant None pi inf
syntax keyword raspSOp tokens tokens_str tokens_int tokens_float tokens_bool tokens_asis indices length out
syntax keyword raspAttention select aggregate selector_width full_s has_focus
syntax keyword raspBuiltin round indicator range zip len draw map one numerical categorical
syntax keyword raspBuiltin count contains max min average load_from_location shift sort
syntax keyword raspBuiltin mark_last_instance mark_first_instance select_from_last select_from_first
syntax keyword raspBuiltin select_next_identical sum sorted reversed largest smallest join split chars keys values
syntax keyword raspBuiltin abs sign floor ceil trunc round_to div pow gcd lcm clamp sqrt cbrt exp log log2 log10
syntax keyword raspBuiltin sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh
syntax keyword raspBuiltin upper lower capitalize swapcase strip slice char_at find includes occurrences
syntax keyword raspBuiltin starts_with ends_with replace is_alpha is_digit is_alnum is_upper is_lower is_space
syntax keyword raspBuiltin is_vowel is_punctuation ord chr str int float bool is_none default is_number is_string
syntax match raspCircuit "\<circuit\>\ze\s\+\h\w*\s*{"
syntax match raspSetting "^\s*\zs\(about\|vocab\|max_len\|min_len\|causal\|inputs\|output\|balance\|model\|siit\)\ze\s*="
syntax match raspNumber "\<\d\+\(\.\d\+\)\?\([eE][-+]\?\d\+\)\?\>"
syntax match raspOperator "[-+*/%^]\|[<>=!]=\|[<>]"
syntax region raspString start=+"+ end=+"+ oneline
syntax region raspString start=+'+ skip=+\\.+ end=+'+ oneline contains=raspEscape
syntax match raspEscape "\\\(u{\x\+}\|.\)" contained
syntax match raspComment "#.*$" contains=raspTodo
syntax keyword raspTodo TODO FIXME XXX contained

highlight default link raspConditional Conditional
highlight default link raspRepeat Repeat
highlight default link raspOperatorWord Operator
highlight default link raspStatement Statement
highlight default link raspFunctionName Function
highlight default link raspInclude Include
highlight default link raspCommand PreProc
highlight default link raspBoolean Boolean
highlight default link raspConstant Constant
highlight default link raspSOp Identifier
highlight default link raspAttention Special
highlight default link raspBuiltin Function
highlight default link raspCircuit Structure
highlight default link raspSetting Type
highlight default link raspNumber Number
highlight default link raspOperator Operator
highlight default link raspString String
highlight default link raspEscape SpecialChar
highlight default link raspComment Comment
highlight default link raspTodo Todo

let b:current_syntax = "rasp"
