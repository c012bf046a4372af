import asyncio

async def fetch_data(id):
    # Симулируем асинхронный запрос (например, к внешнему API)
    print(f"Запрос данных для ID {id}")
    await asyncio.sleep(2)  # симулируем задержку, как если бы это был запрос к API
    print(f"Получены данные для ID {id}")
    return {"id": id, "data": f"data_for_{id}"}

async def process_data(ids):
    results = []
    for id in ids:
        result = await fetch_data(id)
        results.append(result)
    return results

# Основная функция для запуска асинхронной задачи
async def main():
    ids = [1, 2, 3, 4, 5]
    data = await process_data(ids)
    print("Все данные обработаны:", data)

# Запуск программы
asyncio.run(main())
